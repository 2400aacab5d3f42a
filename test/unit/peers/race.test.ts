import { beforeEach, describe, expect, test } from 'vitest'
import * as limits from '../../../src/main/features/peers/limits.ts'
import { race } from '../../../src/main/features/peers/race.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import type { Attempt } from '../../../src/shared/model/reach.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { remote, somePeerId } from './fake-network.ts'

const peerId = somePeerId()
const introducer = somePeerId()
const [one, two, three] = ['/ip4/5.5.5.5/tcp/1', '/ip4/5.5.5.5/tcp/2', '/ip4/5.5.5.5/tcp/3'] as const
const relayed = `/ip4/6.6.6.6/tcp/1/p2p/${introducer}/p2p-circuit`
const relayedToo = `/ip4/6.6.6.6/tcp/2/p2p/${introducer}/p2p-circuit`

let clock: FakeClock
let dials: { address: string; atMs: number; signal: AbortSignal; answer: (peer: RemotePeer) => void; fail: () => void }[]
let attempts: Attempt[]
let left: string[]
let ending: AbortController

beforeEach(() => {
  clock = new FakeClock()
  dials = []
  attempts = []
  left = []
  ending = new AbortController()
})

/** Addresses that come whenever the test says. */
function source() {
  const waiting: (readonly string[] | null)[] = []
  let wake = (): void => {}
  return {
    give(...addresses: string[]) {
      waiting.push(addresses)
      wake()
    },
    end() {
      waiting.push(null)
      wake()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        const next = waiting.shift()
        if (next === null || next === undefined) return
        yield next
      }
    },
  }
}

async function begin(...known: string[]) {
  const later = source()
  const first = source()
  first.give(...known)
  first.end()
  let outcome: RemotePeer | Error | null = null
  const running = race(
    peerId,
    {
      clock,
      here: { me: somePeerId(), listening: ['/ip4/192.168.1.4/tcp/4001'], connected: () => false, isChosen: () => false },
      dial: (address, signal) =>
        new Promise((answer, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
          dials.push({ address, atMs: clock.monotonicMs(), signal, answer, fail: () => reject(new Error('refused')) })
        }),
      leave: (connection) => left.push(connection),
      attempted: (attempt) => attempts.push(attempt),
      sources: () => [first, later],
    },
    ending.signal,
  ).then(
    (peer) => (outcome = peer),
    (error: unknown) => (outcome = error as Error),
  )
  await clock.advance(0)
  return { later, running, outcome: () => outcome }
}

const started = (): [string, number][] => dials.map(({ address, atMs }) => [address, atMs])
const dialOf = (address: string) => dials.find((dial) => dial.address === address)
const direct = (over: Partial<RemotePeer> = {}): RemotePeer => remote(peerId, { route: 'direct', ...over })
const circuit = (over: Partial<RemotePeer> = {}): RemotePeer => remote(peerId, { route: 'relayed', transport: 'relay', ...over })

describe('addresses', () => {
  test('are started 150 ms apart while none answers', async () => {
    await begin(one, two, three)
    await clock.advance(SECOND)
    expect(started()).toEqual([[one, 0], [two, 150], [three, 300]])
  })

  test('follow at once on one that failed', async () => {
    await begin(one, two, three)
    await clock.advance(20)
    dialOf(one)?.fail()
    await clock.advance(0)
    expect(started()).toEqual([[one, 0], [two, 20]])
    await clock.advance(SECOND)
    expect(started()[2]).toEqual([three, 170])
  })

  test('through an introducer wait 300 ms for a direct one, and then not for all of them', async () => {
    const many = Array.from({ length: 6 }, (_, at) => `/ip4/5.5.5.5/tcp/${at + 10}`)
    await begin(relayed, relayedToo, ...many)
    await clock.advance(2 * SECOND)
    expect(dialOf(relayed)?.atMs).toBe(300)
    expect(dialOf(relayedToo)?.atMs).toBeGreaterThan(900)
  })

  test('through an introducer do not wait where no direct one is known', async () => {
    await begin(relayed)
    await clock.advance(0)
    expect(started()).toEqual([[relayed, 0]])
  })

  test('through an introducer do not wait when every direct one has failed', async () => {
    await begin(one, relayed)
    await clock.advance(50)
    dialOf(one)?.fail()
    await clock.advance(0)
    expect(started()).toEqual([[one, 0], [relayed, 50]])
  })

  test('that come later take their place in the order', async () => {
    const { later } = await begin(relayed)
    await clock.advance(100)
    later.give('/ip4/5.5.5.5/udp/1/webrtc-direct', two)
    await clock.advance(0)
    await clock.advance(SECOND)
    expect(started()).toEqual([[relayed, 0], [two, 150], ['/ip4/5.5.5.5/udp/1/webrtc-direct', 300]])
  })

  test('are at most eight at once, and at most 32 in all', async () => {
    const { later } = await begin(...Array.from({ length: 100 }, (_, at) => `/ip4/5.5.5.5/tcp/${at + 1}`))
    later.end()
    await clock.advance(3 * SECOND)
    expect(dials).toHaveLength(limits.MAX_TRIES_AT_ONCE)
    await clock.advance(60 * SECOND)
    expect(dials).toHaveLength(limits.MAX_RACE_ADDRESSES)
  })
})

describe('the first that answers', () => {
  test('wins, and the others are called off', async () => {
    const { running, outcome } = await begin(one, two)
    await clock.advance(200)
    const peer = direct()
    dialOf(two)?.answer(peer)
    await running
    expect(outcome()).toBe(peer)
    await clock.advance(0)
    expect(dialOf(one)?.signal.aborted).toBe(true)
    const told = attempts.map(({ address, outcome: how, tookMs }) => ({ address, how, tookMs }))
    expect(told).toEqual([{ address: two, how: 'won', tookMs: 50 }, { address: one, how: 'given-up', tookMs: 200 }])
    expect(left).toEqual([])
  })

  test('wins, and one that answers all the same is left', async () => {
    const { running } = await begin(one, two)
    await clock.advance(200)
    const [first, late] = [direct(), direct()]
    dialOf(two)?.answer(first)
    dialOf(one)?.answer(late)
    await running
    await clock.advance(0)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['won', 'late'])
    expect(left).toEqual([late.connection])
  })

  test('wins through an introducer, and direct ones that are under way may still take its place', async () => {
    const { running, outcome } = await begin(one, relayed, relayedToo)
    await clock.advance(500)
    const [first, better] = [circuit(), direct()]
    dialOf(relayed)?.answer(first)
    await running
    expect(outcome()).toBe(first)
    expect(dialOf(relayedToo)?.signal.aborted).toBe(true)
    expect(dialOf(one)?.signal.aborted).toBe(false)
    dialOf(one)?.answer(better)
    await clock.advance(0)
    expect(attempts.at(-1)).toMatchObject({ address: one, outcome: 'late', route: 'direct' })
    expect(left).toEqual([])
  })

  test('wins, and no more addresses are asked for or tried', async () => {
    const { later, running } = await begin(one)
    await clock.advance(0)
    dialOf(one)?.answer(direct())
    await running
    later.give(two, three)
    await clock.advance(SECOND)
    expect(started()).toEqual([[one, 0]])
  })
})

describe('a race that nobody wins', () => {
  test('ends when the last has failed and no more are to come, with why', async () => {
    const { later, running, outcome } = await begin(one)
    await clock.advance(10)
    dialOf(one)?.fail()
    await clock.advance(0)
    await clock.advance(SECOND)
    expect(outcome()).toBeNull()
    later.end()
    await running
    expect(outcome()).toBeInstanceOf(AggregateError)
    expect(attempts).toMatchObject([{ address: one, outcome: 'failed', why: 'No answer at that address.', tookMs: 10 }])
  })

  test('says so where no address is known', async () => {
    const { later, running, outcome } = await begin()
    later.end()
    await running
    expect(outcome()).toMatchObject({ name: 'NoValidAddressesError' })
  })

  test('gives each address six seconds', async () => {
    const { later, running, outcome } = await begin(one)
    later.end()
    await clock.advance(limits.TRY_TIMEOUT_MS)
    await running
    expect(outcome()).toBeInstanceOf(AggregateError)
    expect(attempts).toMatchObject([{ outcome: 'failed', tookMs: limits.TRY_TIMEOUT_MS }])
  })

  test('ends when it is called off, and calls off its tries', async () => {
    const { running, outcome } = await begin(one)
    await clock.advance(10)
    ending.abort(new Error('enough'))
    await running
    expect(outcome()).toMatchObject({ message: 'enough' })
    expect(dialOf(one)?.signal.aborted).toBe(true)
    await clock.advance(SECOND)
    expect(dials).toHaveLength(1)
  })
})
