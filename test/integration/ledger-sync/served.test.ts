import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { CertifiedBlock } from '../../../src/main/features/ledger/block.ts'
import { networkOf } from '../../../src/main/features/ledger/genesis.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { type FrameStream, StreamCutError } from '../../../src/main/platform/streams.ts'
import {
  LEDGER_TERMS,
  MAX_BLOCKS,
  NotServedError,
  type Reply,
} from '../../../src/main/protocols/ledger/index.ts'
import { decodeReply, encodeRequest, type Request } from '../../../src/main/protocols/ledger/messages.ts'
import { HOUR, KiB, MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { person, Town, townGenesis } from '../../unit/ledger/town.ts'
import { grow, hasty, type Place, Places } from './net.ts'

const places = new Places()
afterEach(() => places.close())

const few = { town: new Town(), blocks: [] as CertifiedBlock[] }
beforeAll(() => void few.blocks.push(...grow(few.town, 60)))

const network = few.town.context.network

/** A served chain, and whoever asks about it without a Latch of their own. */
async function served(options = {}): Promise<{ source: Place; stranger: Place }> {
  const source = await places.with(few.town, few.blocks, options)
  const stranger = await places.open(townGenesis({ maxNames: 2 }))
  await stranger.node.libp2p.dial(source.node.libp2p.getMultiaddrs())
  return { source, stranger }
}

async function open(from: Place, to: Place): Promise<FrameStream> {
  return from.node.streams.open(to.peerId, { ...LEDGER_TERMS, maxFrameBytes: 4 * MiB })
}

async function asked(from: Place, to: Place, request: Request | Uint8Array): Promise<Reply[]> {
  const stream = await open(from, to)
  await stream.write(request instanceof Uint8Array ? request : encodeRequest(request))
  await stream.end()
  const replies: Reply[] = []
  for (let frame = await stream.read(); frame !== null; frame = await stream.read()) replies.push(decodeReply(frame))
  return replies
}

const ids = few.blocks
const raw = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

describe('a request', () => {
  test.each([
    ['that is nonsense', new Uint8Array([1, 2, 3])],
    ['of an unknown kind', encode({ kind: 'everything', network: raw(network) })],
    ['with too many ids', encode({ kind: 'blocks', network: raw(network), ids: Array.from({ length: MAX_BLOCKS + 1 }, () => raw(network)) })],
    ['with no ids', encode({ kind: 'blocks', network: raw(network), ids: [] })],
    ['with an id of another length', encode({ kind: 'entries', network: raw(network), ids: [new Uint8Array(31)] })],
    ['of a network that is none', encode({ kind: 'pool', network: new Uint8Array(33) })],
    ['larger than any', new Uint8Array(17 * KiB)],
  ])('%s is malformed, and costs ten points', async (_what, request) => {
    const { source, stranger } = await served()
    expect(await asked(stranger, source, request)).toEqual([{ status: 'malformed' }])
    expect(source.node.offences).toEqual([
      { peerId: stranger.peerId, why: expect.stringMatching(/^ledger: /) as string, points: 10 },
    ])
  })

  test('with fields that are not known yet is answered as ever', async () => {
    const { source, stranger } = await served()
    const request = encode({ kind: 'head', network: raw(network), head: { id: raw(network), height: 0, weight: 0, more: 1 }, later: [1] })
    const { id, height } = few.town.parent
    expect(await asked(stranger, source, request)).toEqual([{ status: 'head', head: { id, height, weight: 60 } }])
  })

  test('in a frame of many mebibytes is cut off at its head', async () => {
    const { source, stranger } = await served()
    const stream = await open(stranger, source)
    await stream.write(new Uint8Array(3 * MiB)).catch(() => {})
    await expect(stream.read()).rejects.toBeInstanceOf(StreamCutError)
    expect(source.node.offences[0]?.points).toBe(20)
  })

  test('that is not sent is dropped in time, and costs five points', async () => {
    const { source, stranger } = await served({ clock: hasty })
    const stream = await open(stranger, source)
    await expect(stream.read()).rejects.toBeInstanceOf(StreamCutError)
    expect(source.node.offences).toEqual([{ peerId: stranger.peerId, why: 'ledger: not a whole request in time', points: 5 }])
  })

  test('whose answer nobody takes is dropped in time', async () => {
    const clock = hasty
    const state = Promise.withResolvers<string>()
    const { source, stranger } = await served({
      clock,
      twist: (request: Request) => (request.kind === 'pool' ? endless(state.resolve) : null),
    })
    const stream = await open(stranger, source)
    await stream.write(encodeRequest({ kind: 'pool', network }))
    expect(await state.promise).toBe('stopped')
    await expect(drain(stream)).rejects.toBeInstanceOf(StreamCutError)
  })
})

/** More than any window holds, and then it waits for whoever does not read. */
async function* endless(stopped: (word: string) => void): AsyncGenerator<Reply> {
  try {
    for (;;) yield { status: 'genesis', genesis: new Uint8Array(16 * KiB) }
  } finally {
    stopped('stopped')
  }
}

async function drain(stream: FrameStream): Promise<void> {
  while ((await stream.read()) !== null);
}

describe('what is served', () => {
  test('of a network that is not followed: unknown, and no offence', async () => {
    const { source, stranger } = await served()
    const other = networkOf(townGenesis({ maxNames: 3 }))
    await expect(stranger.protocol.pool(source.peerId, other)).rejects.toEqual(new NotServedError('unknown'))
    expect(source.node.offences).toEqual([])
  })

  test('the genesis, to somebody who has but its hash', async () => {
    const { source, stranger } = await served()
    const bytes = await stranger.protocol.genesis(source.peerId, network)
    expect(bytes.byteLength).toBeGreaterThan(100)
  })

  test('a genesis that is another is refused by whoever asked', async () => {
    const { source, stranger } = await served({
      twist: (request: Request) => (request.kind === 'genesis' ? one({ status: 'genesis', genesis: new Uint8Array(9) }) : null),
    })
    await expect(stranger.protocol.genesis(source.peerId, network)).rejects.toThrow('the genesis of another network')
  })

  test('headers from the newest that both have, upwards', async () => {
    const { source, stranger } = await served()
    const middle = ids[29]?.header.id ?? ''
    const answer = await stranger.protocol.headers(source.peerId, network, ['ab'.repeat(32), middle, network])
    expect(answer).toMatchObject({ outcome: 'common', common: middle })
    expect(answer.outcome === 'common' && answer.headers.length).toBe(30)
  })

  test('to somebody of whose chain nothing is here: that they are apart', async () => {
    const { source, stranger } = await served()
    const answer = await stranger.protocol.headers(source.peerId, network, ['ab'.repeat(32)])
    expect(answer).toEqual({ outcome: 'apart', base: 0 })
  })

  test('blocks in the order asked, and which are missing', async () => {
    const { source, stranger } = await served()
    const wanted = [ids[3], ids[1]].map((block) => block?.header.id ?? '')
    const got: [string, boolean][] = []
    const all = [wanted[0] ?? '', 'ab'.repeat(32), wanted[1] ?? '']
    await stranger.protocol.blocks(source.peerId, network, all, (id, block) => got.push([id, block !== null]))
    expect(got).toEqual([[all[0], true], [all[1], false], [all[2], true]])
  })

  test('waiting entries by their ids', async () => {
    const { source, stranger } = await served()
    const who = person('waits')
    const entry = few.town.entry(who, few.town.claim(who, 'some-name'), { untilMs: Date.now() + HOUR })
    source.running.offer(entry)
    expect(await stranger.protocol.pool(source.peerId, network)).toEqual([entry.id])
    const entries = await stranger.protocol.entries(source.peerId, network, ['ab'.repeat(32), entry.id])
    expect(entries).toEqual([entry.bytes])
  })

  test('a flood of requests is answered to its bound, and busy after that', async () => {
    const { source, stranger } = await served()
    const words: string[] = []
    for (let round = 0; round < 50; round++) {
      const some = Array.from({ length: 8 }, () => asked(stranger, source, { kind: 'genesis', network }))
      for (const replies of await Promise.all(some)) words.push(replies[0]?.status ?? 'none')
    }
    expect(words.slice(0, 100).every((word) => word === 'genesis')).toBe(true)
    expect(words).toContain('busy')
  })
})

async function* one(reply: Reply): AsyncGenerator<Reply> {
  yield reply
}

describe('a request to check the chain', () => {
  test('is answered with the head, and how that stands to ours', async () => {
    const source = await places.with(few.town, few.blocks)
    const asker = await places.with(few.town, few.blocks.slice(0, 40))
    await asker.node.libp2p.dial(source.node.libp2p.getMultiaddrs())
    const report = await asker.sync.validate(source.peerId, 1)
    expect(report).toMatchObject({ peerId: source.peerId, fromHeight: 1, result: { outcome: 'whole', height: 60, standing: 'ahead' } })
  })

  test('is answered with the first bad height, and why', async () => {
    const { source, stranger } = await served()
    const { store } = source.running
    const fifth = few.blocks[4]
    const lost = Object.getPrototypeOf(store) as { block(id: string): unknown }
    Object.defineProperty(store, 'block', {
      value: (id: string) => (id === fifth?.header.id ? undefined : lost.block.call(store, id)),
    })
    expect(await stranger.protocol.validate(source.peerId, network, 2)).toEqual({ status: 'broken', height: 5, why: 'it is missing' })
  })

  test('beyond what is here is refused with words', async () => {
    const { source, stranger } = await served()
    expect(await stranger.protocol.validate(source.peerId, network, 99)).toMatchObject({ status: 'refused' })
  })

  test('is done for one at a time, and for nobody all the time', async () => {
    const { source, stranger } = await served()
    const flood = Array.from({ length: 8 }, () => asked(stranger, source, { kind: 'validate', network, from: 1 }))
    const words = (await Promise.all(flood)).map(([reply]) => reply?.status)
    expect(words.filter((word) => word === 'whole')).toHaveLength(1)
    expect(words.filter((word) => word === 'busy')).toHaveLength(7)
    await eventually('too often', async () => {
      const [reply] = await asked(stranger, source, { kind: 'validate', network, from: 60 })
      return reply?.status === 'busy'
    })
  })
})

describe('who is asked', () => {
  test('a node that decides alone is ready at once; another looks for somebody', async () => {
    const alone = await places.open(few.town.genesis, { alone: true })
    const other = await places.open(few.town.genesis)
    expect([alone.sync.state().state, other.sync.state().state]).toEqual(['ready', 'looking'])
    await alone.meet(other)
    await eventually('ready', () => other.sync.state().state === 'ready')
  })

  test('a peer of another network is left silently, and not asked again on this connection', async () => {
    const { source, stranger } = await served()
    source.sync.greet(stranger.peerId)
    await eventually('asked', () => stranger.asked['head'] === 1)
    for (let round = 0; round < 5; round++) {
      await asked(stranger, source, { kind: 'genesis', network })
      source.sync.greet(stranger.peerId)
    }
    expect(source.sync.peers().size).toBe(0)
    expect(stranger.asked['head']).toBeLessThan(3)
    expect(source.lied).toEqual([])
  })

  test('an orphan makes its bringer be asked', async () => {
    const source = await places.with(few.town, few.blocks)
    const behind = await places.with(few.town, few.blocks.slice(0, 50))
    await behind.node.libp2p.dial(source.node.libp2p.getMultiaddrs())
    behind.sync.orphan(source.peerId, few.blocks[57]?.header.id ?? '')
    await eventually('level', () => behind.running.chain.head.id === few.town.parent.id)
  })

  test('everybody is asked again from time to time, for what gossip lost', async () => {
    const source = await places.with(few.town, few.blocks.slice(0, 50))
    const follower = await places.open(few.town.genesis, { limits: { greetEveryMs: 50 } })
    await follower.meet(source)
    await eventually('level', () => follower.running.chain.head.height === 50)
    source.running.take(few.blocks.slice(50))
    await eventually('level again', () => follower.running.chain.head.id === few.town.parent.id)
    await eventually('ready', () => follower.sync.state().state === 'ready')
  })
})
