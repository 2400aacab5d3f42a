import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { distanceOf, placeOfPeer } from '../../../src/main/features/names/index.ts'
import { K } from '../../../src/main/node/dht-library.ts'
import { ASKED_AT_ONCE, DIALLED_AT_ONCE, MAX_ASKED, patienceMs, walk, type Answer, type WalkEvent, type WalkParts } from '../../../src/main/node/dht-walk.ts'
import { delay } from '../../../src/main/platform/clock.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

let ids: readonly PeerId[] = []
const PLACE = new Uint8Array(randomBytes(32))
const bare = (peers: readonly PeerId[]) => peers.map((peerId) => ({ peerId, addresses: [] }))
const byDistance = (peers: readonly PeerId[]): PeerId[] =>
  [...peers].toSorted((a, b) => Buffer.compare(distanceOf(PLACE, placeOfPeer(a)), distanceOf(PLACE, placeOfPeer(b))))

beforeAll(async () => {
  ids = await Promise.all(Array.from({ length: 121 }, async () => PeerId.parse(peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString())))
})

interface Town {
  readonly clock?: FakeClock
  readonly start: readonly PeerId[]
  readonly connected?: (peerId: PeerId) => boolean
  readonly answer: (peerId: PeerId, signal: AbortSignal) => Promise<Answer>
  readonly signal?: AbortSignal
}

/** Walks to the end, while the clock goes on by 10 ms a turn. */
async function walked({ clock = new FakeClock(), start, connected = () => true, answer, signal }: Town) {
  const asked: PeerId[] = []
  const late: PeerId[] = []
  let [most, now] = [0, 0]
  const parts: WalkParts = {
    clock,
    me: ids[120] as PeerId,
    place: PLACE,
    start: bare(start),
    isConnected: connected,
    ask: async ({ peerId }, given) => {
      asked.push(peerId)
      now += 1
      most = Math.max(most, now)
      return answer(peerId, given).finally(() => (now -= 1))
    },
    late: (peerId) => void late.push(peerId),
    signal: signal ?? new AbortController().signal,
  }
  const events: WalkEvent[] = []
  const over = new AbortController()
  const reading = (async () => {
    for await (const event of walk(parts)) events.push(event)
    over.abort()
  })()
  const sinceMs = clock.monotonicMs()
  for (let turns = 0; !over.signal.aborted && turns < 5_000; turns += 1) await clock.advance(10)
  await reading
  return { events, asked, late, most, tookMs: clock.monotonicMs() - sinceMs }
}

const nothing: Answer = { closer: [], record: null }
const never = (signal: AbortSignal): Promise<Answer> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut')), { once: true }))

test('it goes from those of the table to those they name, until nobody nearer is left', async () => {
  const peers = byDistance(ids.slice(0, 50))
  // Each knows the ten next nearer to the place; this device knows the farthest three.
  const answer = async (peerId: PeerId): Promise<Answer> => {
    const at = peers.indexOf(peerId)
    return { closer: bare(peers.slice(Math.max(0, at - 10), at)), record: null }
  }
  const { events, asked } = await walked({ start: peers.slice(-3), answer })
  const answered = events.flatMap((one) => (one.event === 'answered' ? [one.peerId] : []))
  expect(byDistance(answered).slice(0, K)).toEqual(peers.slice(0, K))
  const hopsOf = (peerId: PeerId) => events.find((one) => one.event === 'met' && one.peer.peerId === peerId)
  expect(hopsOf(peers[49] as PeerId)).toMatchObject({ hops: 0 })
  expect(hopsOf(peers[42] as PeerId)).toMatchObject({ hops: 1 })
  expect(new Set(asked).size).toBe(asked.length)
})

test('an empty table is the end of it at once', async () => {
  expect((await walked({ start: [], answer: async () => nothing })).events).toEqual([])
})

test('whoever is connected is asked before whoever has to be dialled, and few are dialled at once', async () => {
  const peers = byDistance(ids.slice(0, 20))
  const connected = new Set(peers.slice(10))
  const clock = new FakeClock()
  const answer = async (): Promise<Answer> => {
    await delay(clock, 50)
    return nothing
  }
  const { asked, most } = await walked({ clock, start: peers, connected: (peerId) => connected.has(peerId), answer })
  expect(asked).toHaveLength(20)
  expect(asked.slice(0, 3 + DIALLED_AT_ONCE).filter((peerId) => connected.has(peerId))).toHaveLength(3)
  expect(most).toBeLessThanOrEqual(ASKED_AT_ONCE + DIALLED_AT_ONCE)
})

test('records come as they are given, also while others are silent, who hold up nothing for long', async () => {
  const peers = byDistance(ids.slice(0, 20))
  const record = new Uint8Array([1, 2, 3])
  const clock = new FakeClock()
  const answer = async (peerId: PeerId, signal: AbortSignal): Promise<Answer> => {
    if (peers.indexOf(peerId) % 2 === 1) return never(signal)
    await delay(clock, 20)
    return { closer: [], record }
  }
  const { events, tookMs, late } = await walked({ clock, start: peers, answer })
  expect(events.filter((one) => one.event === 'answered' && one.record !== null)).toHaveLength(10)
  expect(tookMs).toBeLessThan(1_000)
  expect(byDistance(late)).toEqual(peers.filter((_, index) => index % 2 === 1))
})

test('where everybody is silent it ends all the same', async () => {
  const { events, tookMs } = await walked({ start: ids.slice(0, 20), answer: (_, signal) => never(signal) })
  expect(events.filter(({ event }) => event !== 'met')).toEqual([])
  expect(tookMs).toBeLessThan(20_000)
})

test('one that fails is told, and another one takes its place among the nearest', async () => {
  const peers = byDistance(ids.slice(0, 30))
  const failing = new Set(peers.slice(0, 5))
  const answer = async (peerId: PeerId): Promise<Answer> => {
    if (failing.has(peerId)) throw new Error('refused')
    return nothing
  }
  const { events } = await walked({ start: peers, answer })
  const of = (event: WalkEvent['event']) => events.flatMap((one) => (one.event === event && 'peerId' in one ? [one.peerId] : []))
  expect(byDistance(of('failed'))).toEqual(peers.slice(0, 5))
  expect(byDistance(of('answered'))).toEqual(peers.slice(5, 25))
})

test('somebody who names new devices without end leads nobody on for ever', async () => {
  let made = 0
  const answer = async (): Promise<Answer> => {
    const closer = Array.from({ length: 1_000 }, () => ids[made++ % 120] as PeerId)
    return { closer: bare(closer), record: null }
  }
  const { asked } = await walked({ start: ids.slice(0, 1), answer })
  expect(asked.length).toBeLessThanOrEqual(MAX_ASKED)
})

test('whoever reads no further, or the signal, ends what is under way', async () => {
  const cut: string[] = []
  const ask = (_: unknown, signal: AbortSignal): Promise<Answer> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        cut.push('cut')
        reject(new Error('cut'))
      })
    })
  const parts = { clock: new FakeClock(), me: ids[120] as PeerId, place: PLACE, start: bare(ids.slice(0, 3)), isConnected: () => true, ask, late: () => {} }
  for await (const event of walk({ ...parts, signal: new AbortController().signal })) {
    expect(event.event).toBe('met')
    break
  }
  expect(cut).toHaveLength(3)
  const controller = new AbortController()
  const events: WalkEvent[] = []
  for await (const event of walk({ ...parts, signal: controller.signal })) {
    events.push(event)
    controller.abort(new Error('enough'))
  }
  expect(events.every(({ event }) => event === 'met')).toBe(true)
  expect(cut).toHaveLength(6)
})

test('nobody is waited for beyond a bound, nor less than a fair one', () => {
  const kind = fc.constantFrom('connected' as const, 'dialled' as const)
  fc.assert(
    fc.property(kind, fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null }), (of, slowestMs) => {
      const ms = patienceMs(of, slowestMs)
      expect(ms).toBeGreaterThanOrEqual(250)
      expect(ms).toBeLessThanOrEqual(4_000)
      expect(patienceMs('dialled', slowestMs)).toBeGreaterThanOrEqual(patienceMs('connected', slowestMs))
    }),
  )
})

test('whatever the network looks like, nobody is asked twice and this device never', async () => {
  const peers = fc.array(fc.tuple(fc.array(fc.nat(120), { maxLength: 12 }), fc.constantFrom('answers', 'fails', 'silent')), { minLength: 121, maxLength: 121 })
  await fc.assert(
    fc.asyncProperty(peers, fc.uniqueArray(fc.nat(119), { maxLength: 20 }), async (town, start) => {
      const answer = async (peerId: PeerId, signal: AbortSignal): Promise<Answer> => {
        const [closer, how] = town[ids.indexOf(peerId)] ?? [[], 'fails']
        if (how === 'silent') return never(signal)
        if (how === 'fails') throw new Error('fails')
        return { closer: bare(closer.map((at) => ids[at] as PeerId)), record: null }
      }
      const { asked } = await walked({ start: start.map((at) => ids[at] as PeerId), answer })
      expect(new Set(asked).size).toBe(asked.length)
      expect(asked).not.toContain(ids[120])
      expect(asked.length).toBeLessThanOrEqual(MAX_ASKED)
    }),
    { numRuns: 30 },
  )
})

test('where all who may be dialled at once turn out to be far away, the nearest are asked all the same when one of them is done', async () => {
  const clock = new FakeClock()
  const inOrder = byDistance(ids.slice(0, 120))
  const [near, friend, far] = [inOrder.slice(0, K), inOrder[30] as PeerId, inOrder.slice(40, 40 + DIALLED_AT_ONCE)]
  const { asked, late } = await walked({
    clock,
    start: [friend, ...far],
    connected: (peerId) => peerId === friend,
    answer: async (peerId) => {
      if (far.includes(peerId)) await delay(clock, 300)
      return { closer: peerId === friend ? bare(near) : [], record: null }
    },
  })
  expect(new Set(asked)).toEqual(new Set([friend, ...far, ...near]))
  expect(late).toEqual([])
})
