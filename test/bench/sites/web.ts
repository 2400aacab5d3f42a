import { open } from 'node:fs/promises'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createServer as createTls, type TLSSocket } from 'node:tls'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { KiB } from '../../../src/shared/units.ts'
import { serve } from '../../lab/remote.ts'
import { selfSigned } from '../tls-peer.ts'

/*
 * What sites are measured against, as a process of its own: the same folder over Node's HTTPS with keep-alive, and raw TLS
 * 1.3 that sends as many bytes as it is asked for.
 */

export interface Web {
  readonly https: number
  readonly tls: number
}

const { folder } = JSON.parse(process.argv[2] ?? '') as { folder: string }
const credentials = { ...(await selfSigned()), minVersion: 'TLSv1.3' as const }

const https = createHttps({ ...credentials, keepAliveTimeout: 120_000 }, (request, response) => {
  answer(request, response).catch(() => response.destroy())
})

/** Looks at the file, says its length and a tag, and sends it: what each server of files does. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await using file = await open(join(folder, request.url ?? '/'))
  const { size, mtimeMs } = await file.stat()
  response.writeHead(200, {
    'Content-Length': size,
    'Content-Type': 'application/octet-stream',
    'Last-Modified': new Date(mtimeMs).toUTCString(),
    ETag: `"${size}-${mtimeMs}"`,
  })
  await pipeline(file.createReadStream({ highWaterMark: 256 * KiB, autoClose: false }), response)
}

const chunk = Buffer.alloc(64 * KiB, 7)
const tls = createTls({ ...credentials, noDelay: true }, (socket) => {
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

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

serve({}, { https: await listening(https), tls: await listening(tls) } satisfies Web)
