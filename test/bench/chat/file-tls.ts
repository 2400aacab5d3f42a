import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { KiB } from '../../../src/shared/units.ts'
import { serve } from '../../lab/remote.ts'
import { selfSigned, tlsConnect } from '../tls-peer.ts'

/*
 * Raw TLS 1.3, one end in each process: as many bytes as were asked for, out of memory and into nothing. No hash, no disk.
 */

const chunk = Buffer.alloc(64 * KiB, 7)
const server = createServer({ ...(await selfSigned()), minVersion: 'TLSv1.3', noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.once('data', (asked: Buffer) => send(socket, Number(asked.readBigUInt64BE())))
})

function send(socket: TLSSocket, leftBytes: number): void {
  while (leftBytes > 0) {
    const piece = chunk.subarray(0, leftBytes)
    leftBytes -= piece.byteLength
    if (!socket.write(piece) && leftBytes > 0) return void socket.once('drain', () => send(socket, leftBytes))
  }
  socket.end()
}

const calls = {
  /** In ms. */
  async fetch({ port, bytes }: { port: number; bytes: number }): Promise<number> {
    const socket = await tlsConnect(port)
    const asked = Buffer.alloc(8)
    asked.writeBigUInt64BE(BigInt(bytes))
    const startMs = performance.now()
    socket.write(asked)
    let got = 0
    socket.on('data', (piece: Buffer) => void (got += piece.byteLength))
    await new Promise((resolve) => socket.once('close', resolve))
    if (got !== bytes) throw new Error('fewer bytes came')
    return performance.now() - startMs
  },
}
export type FileTlsCalls = typeof calls

await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
serve(calls, (server.address() as AddressInfo).port)
