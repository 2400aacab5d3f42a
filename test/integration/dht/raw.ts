import type { Stream } from '@libp2p/interface'
import { Libp2pRecord } from '@libp2p/record'
import { KAD_PROTOCOL } from '../../../src/main/node/services.ts'
import { eventually } from '../../helpers/eventually.ts'
import type { DhtNode } from './dht-nodes.ts'

/** Kademlia's messages as they are on the wire, made by hand: what the library would not send. */
export const TYPES = { PUT_VALUE: 0, GET_VALUE: 1, ADD_PROVIDER: 2, GET_PROVIDERS: 3, FIND_NODE: 4, PING: 5 } as const

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
}

function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.byteLength)]), bytes])
}

export function message(type: keyof typeof TYPES, key: Uint8Array, more: { record?: Uint8Array; providers?: Uint8Array } = {}): Buffer {
  const parts = [Buffer.from([8, TYPES[type]]), field(2, key)]
  if (more.record !== undefined) parts.push(field(3, more.record))
  if (more.providers !== undefined) parts.push(field(9, more.providers))
  return Buffer.concat(parts)
}

export function record(key: Uint8Array, value: Uint8Array): Uint8Array {
  return new Libp2pRecord(key, value, new Date()).serialize()
}

export function provider(id: Uint8Array): Uint8Array {
  return Buffer.concat([field(1, id), field(2, Buffer.from([4, 192, 0, 2, 1, 6, 0, 1]))])
}

/** One device that an answer names, with its addresses in bytes. */
export function closer(id: Uint8Array, addresses: readonly Uint8Array[]): Uint8Array {
  return field(8, Buffer.concat([field(1, id), ...addresses.map((address) => field(2, address))]))
}

/** In the place of the node's own answers: to each question the same. Once it was asked, or the answer would be lost. */
export async function answering(node: DhtNode, bytes: Uint8Array): Promise<{ readonly asked: () => number }> {
  let asked = 0
  await node.libp2p.unhandle(KAD_PROTOCOL)
  await node.libp2p.handle(KAD_PROTOCOL, (stream) => {
    stream.addEventListener('message', () => {
      asked += 1
      stream.send(bytes)
    }, { once: true })
  })
  return { asked: () => asked }
}

/** With its length before it. */
export function framed(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(varint(bytes.byteLength)), bytes])
}

export interface Said {
  /** What came back, lengths and all. */
  readonly bytes: Buffer
  readonly status: 'answered' | 'reset'
}

/** Sends these bytes, with their length before them unless said otherwise, and waits for an answer or a reset. */
export async function say(from: DhtNode, to: DhtNode, bytes: Uint8Array, { framed = true } = {}): Promise<Said> {
  const stream = await open(from, to)
  let got = Buffer.alloc(0)
  stream.addEventListener('message', ({ data }) => {
    got = Buffer.concat([got, data.subarray()])
  })
  stream.send(framed ? Buffer.concat([Buffer.from(varint(bytes.byteLength)), bytes]) : Buffer.from(bytes))
  const status = await eventually('an answer or a reset', () => {
    if (got.byteLength > 0) return 'answered' as const
    return stream.status === 'reset' || stream.status === 'aborted' ? ('reset' as const) : false
  })
  stream.abort(new Error('enough'))
  return { bytes: got, status }
}

export async function open(from: DhtNode, to: DhtNode): Promise<Stream> {
  if (from.libp2p.getConnections(to.libp2p.peerId).length === 0) await from.libp2p.dial(to.libp2p.getMultiaddrs())
  const [connection] = from.libp2p.getConnections(to.libp2p.peerId)
  if (connection === undefined) throw new Error('not connected')
  return connection.newStream(KAD_PROTOCOL)
}
