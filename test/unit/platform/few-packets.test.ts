import { Socket } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import type { Libp2p, Stream } from '@libp2p/interface'
import { ping, type Ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { Uint8ArrayList } from 'uint8arraylist'
import { expect, test, vi } from 'vitest'
import { sealedRooms } from '../../../src/main/platform/recycled.ts'
import { inOneWrite, sendingInOneWrite, withThriftyWindow } from '../../../src/main/platform/few-packets.ts'

/** As js-yamux has it: 3 is an established stream, 2 one that is not acknowledged yet. */
function windowed(state: number, recvWindowCapacity: number) {
  const stream = { state, recvWindow: 262_144, recvWindowCapacity, updates: 0, sendWindowUpdate: () => void (stream.updates += 1) }
  withThriftyWindow(stream as unknown as Stream)
  return stream
}

test('a window is told anew when half of it is used, and whenever the stream is not simply open', () => {
  for (const [state, capacity, updates] of [[3, 262_000, 0], [3, 131_072, 0], [3, 131_071, 1], [2, 262_000, 1], [5, 262_000, 1]] as const) {
    const stream = windowed(state, capacity)
    stream.sendWindowUpdate()
    expect([state, capacity, stream.updates]).toEqual([state, capacity, updates])
  }
})

test('a stream without windows stays as it is', () => {
  const stream = { send: () => true }
  withThriftyWindow(stream as unknown as Stream)
  expect(Object.keys(stream)).toEqual(['send'])
})

/** What a connection of TCP writes for each piece that it is given. */
function connectionOf() {
  const written: Uint8Array[] = []
  const connection = inOneWrite({
    sendData(data: Uint8ArrayList) {
      for (const piece of data) written.push(piece)
      return { sentBytes: data.byteLength, canSendMore: true }
    },
  })
  return { connection, written }
}

test('a length and what it belongs to are written at once, byte for byte', () => {
  const { connection, written } = connectionOf()
  const sent = connection.sendData(new Uint8ArrayList(Uint8Array.of(0, 3), Uint8Array.of(7, 8, 9)))
  expect(sent).toEqual({ sentBytes: 5, canSendMore: true })
  expect(written).toEqual([Uint8Array.of(0, 3, 7, 8, 9)])
})

test('what is a packet or more in any case is not copied', () => {
  const { connection, written } = connectionOf()
  const large = new Uint8Array(16 * 1_024)
  connection.sendData(new Uint8ArrayList(Uint8Array.of(0, 3), large))
  expect(written).toHaveLength(2)
  expect(written[1]).toBe(large)
})

test('what is larger goes to the kernel in one call, until the socket wants no more; its memory is used again once it took it', () => {
  const did: unknown[] = []
  const taken: ((error?: Error) => void)[] = []
  const connection = inOneWrite({
    sendData: (_data: Uint8ArrayList): unknown => 'not asked',
    socket: {
      cork: () => void did.push('cork'),
      uncork: () => void did.push('uncork'),
      write(piece: Uint8Array, done: (error?: Error) => void) {
        did.push(piece.byteLength)
        taken.push(done)
        return piece.byteLength < 60_000
      },
    },
  })
  const sealed = sealedRooms.take(65_000)
  const sent = connection.sendData(new Uint8ArrayList(Uint8Array.of(0, 3), sealed, new Uint8Array(9)))
  expect(sent).toEqual({ sentBytes: 65_002, canSendMore: false })
  expect(did).toEqual(['cork', 2, 65_000, 'uncork'])
  expect(sealedRooms.take(65_000).buffer).not.toBe(sealed.buffer)
  taken[1]?.(new Error('reset'))
  expect(sealedRooms.take(65_000).buffer).not.toBe(sealed.buffer)
  taken[1]?.()
  expect(sealedRooms.take(65_000).buffer).toBe(sealed.buffer)
})

test('connections of a transport are joined on both sides, and carry what they carried', async () => {
  const node = (listen: string[]): Promise<Libp2p> =>
    createLibp2p({
      addresses: { listen },
      transports: [(components) => sendingInOneWrite(tcp()(components))],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { ping: ping() },
    })
  const [a, b] = [await node([]), await node(['/ip4/127.0.0.1/tcp/0'])]
  const write = vi.spyOn(Socket.prototype, 'write')
  try {
    await a.dial(b.getMultiaddrs())
    const handshakes = write.mock.calls.length
    for (const one of [a, b]) await (one.services as unknown as { ping: Ping }).ping.ping(one === a ? b.peerId : a.peerId)
    const alone = write.mock.calls.slice(handshakes).filter(([piece]) => (piece as Uint8Array).byteLength === 2)
    expect(write.mock.calls.length).toBeGreaterThan(handshakes)
    expect(alone).toEqual([])
  } finally {
    await a.stop()
    await b.stop()
  }
})
