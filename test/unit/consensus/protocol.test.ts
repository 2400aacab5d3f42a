import { beforeEach, describe, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import type { FrameStream, PeerStreams, RemotePeer } from '../../../src/main/platform/streams.ts'
import {
  CONSENSUS_TERMS,
  ChannelFullError,
  ConsensusProtocolError,
  createConsensusProtocol,
  type ConsensusProtocol,
  type Frame,
  type Said,
} from '../../../src/main/protocols/consensus/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { streamPair } from '../knock/wire.ts'

const peer = (letter: string): RemotePeer => ({
  peerId: PeerId.parse(`12D3KooW${letter.repeat(44)}`),
  connection: 'one',
  route: 'local',
  transport: 'memory',
  address: '/memory/x',
  direction: 'inbound',
  circuit: null,
})
const [al, bea] = [peer('A'), peer('B')]
const filled = (length: number, of: number): Uint8Array => new Uint8Array(length).fill(of)
const value = new Uint8Array([0x01, 0x71, 0x12, 0x20, ...filled(32, 2)])
const frame = (sentMs: number): Frame => ({
  sentMs,
  message: { kind: 'commit', session: filled(32, 1), value, commits: [{ by: 0, signature: filled(64, 3) }] },
})

let clock: FakeClock
let offences: { peerId: PeerId; points: number }[]
let serve: (stream: FrameStream) => Promise<void>
/** Al's own end of the newest stream, and the end that serves it. */
let pair: { a: FrameStream; b: FrameStream }
let protocol: ConsensusProtocol
let heard: number[]

const streams: PeerStreams = {
  serve: async (_terms, handler) => {
    serve = handler
  },
  open: async () => {
    pair = streamPair(CONSENSUS_TERMS.protocol, bea, al)
    serve(pair.b).catch((error: Error) => pair.b.abort(error))
    return pair.a
  },
}

beforeEach(() => {
  clock = new FakeClock()
  offences = []
  heard = []
  serve = async () => {}
  protocol = createConsensusProtocol({
    streams,
    clock,
    offence: (peerId, _why, points) => offences.push({ peerId, points }),
  })
})

const sentOf = (said: Said): number => ('message' in said ? said.sentMs : said.atMs)
const open = () => protocol.open(bea.peerId, (lateMs) => heard.push(lateMs))

describe('a channel', () => {
  test('carries frames in order, and brings back how late each came', async () => {
    const came: number[] = []
    await protocol.serve((from, said) => {
      const sentMs = sentOf(said)
      came.push(sentMs)
      return from.peerId === al.peerId ? sentMs * 10 : 0
    })
    const channel = await open()
    for (const sentMs of [1, 2, 3]) channel.send(frame(sentMs))
    await eventually('three answers', () => heard.length === 3)
    expect([came, heard]).toEqual([[1, 2, 3], [10, 20, 30]])
  })

  test('brings nothing back where the other side has nothing to say', async () => {
    const came: number[] = []
    await protocol.serve((_from, said) => (came.push(sentOf(said)), sentOf(said) === 1 ? null : 7))
    const channel = await open()
    channel.send(frame(1))
    channel.send(frame(2))
    await eventually('an answer', () => heard.length > 0)
    expect([came, heard]).toEqual([[1, 2], [7]])
  })

  test('ends at a frame that no Latch writes, and who wrote it pays', async () => {
    await protocol.serve(() => null)
    await open()
    await pair.a.write(encode({ sentMs: 0, message: { kind: 'veto' } }))
    await eventually('an offence', () => offences.length > 0)
    expect(offences).toEqual([{ peerId: al.peerId, points: 20 }])
  })

  test('ends at an answer that no Latch gives', async () => {
    serve = (stream) => stream.write(encode({ kind: 'heard', lateMs: 'soon' }))
    const channel = await open()
    expect(await channel.over).toBeInstanceOf(ConsensusProtocolError)
  })

  test('ends when the other side ends it, and sends nothing after', async () => {
    serve = (stream) => stream.end()
    const channel = await open()
    expect(await channel.over).toBeInstanceOf(ConsensusProtocolError)
    expect(() => channel.send(frame(1))).not.toThrow()
  })

  test('is dropped when one frame is not taken in ten seconds', async () => {
    const channel = await open()
    pair.a.write = (_bytes, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
    channel.send(frame(1))
    await clock.advance(10 * SECOND)
    expect((await channel.over).message).toContain('took longer')
  })

  test('is dropped when too many frames wait', async () => {
    const channel = await open()
    pair.a.write = () => new Promise(() => {})
    for (let sentMs = 0; sentMs < 70; sentMs++) channel.send(frame(sentMs))
    expect(await channel.over).toBeInstanceOf(ChannelFullError)
  })
})
