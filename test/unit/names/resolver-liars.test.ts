import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resolve } from '../../../src/main/features/names/resolver.ts'
import { ASK_MS, GRACE_MAX_MS, GRACE_MIN_MS, LOOKUP_MS } from '../../../src/main/features/names/resolver-limits.ts'
import type { Answer } from '../../../src/main/features/names/resolver-types.ts'
import { Lookup } from '../../../src/shared/model/names.ts'
import { DAY } from '../../../src/shared/units.ts'
import { alice, bob, forged, OTHER_NETWORK, peer, running, signed, START_MS, world, type Behaviour } from './resolver-world.ts'

/*
 * Sources that lie, are late, silent or old, in any mix. All that a look-up ever gives is the newest valid zone that
 * somebody gave it in time, or the word that it could not.
 */

const SEQS = [1, 2, 3, 4, 5]
const valid = await Promise.all(SEQS.map(async (seq) => (await signed(alice, 'alice', seq)).bytes))
const lies: readonly { readonly name: string; readonly answer: Answer; readonly isFault: boolean | 'beside a valid one' }[] = [
  { name: 'forged', answer: zone(await forged(alice, 'alice', 99)), isFault: true },
  { name: 'foreign', answer: zone((await signed(alice, 'alice', 99, { network: OTHER_NETWORK })).bytes), isFault: true },
  { name: 'other name', answer: zone((await signed(alice, 'alicia', 99)).bytes), isFault: true },
  { name: 'former owner', answer: zone((await signed(bob, 'alice', 99)).bytes), isFault: false },
  { name: 'oversized', answer: zone(new Uint8Array(64 * 1_024)), isFault: true },
  { name: 'garbage', answer: zone(Uint8Array.from({ length: 300 }, (_, at) => (at * 37) % 256)), isFault: true },
  {
    name: 'expired',
    answer: zone((await signed(alice, 'alice', 99, { issuedAtMs: START_MS - 9 * DAY, expiresAtMs: START_MS - DAY })).bytes),
    // Where the clock here is wrong, all would be liars.
    isFault: 'beside a valid one',
  },
  { name: 'ahead', answer: zone((await signed(alice, 'alice', 99, { issuedAtMs: START_MS + DAY })).bytes), isFault: false },
  { name: 'cut', answer: zone((valid[4] ?? new Uint8Array()).slice(0, -1)), isFault: true },
]

function zone(bytes: Uint8Array): Answer {
  return { answer: 'zone', bytes }
}

interface Source {
  readonly kind: string
  readonly seq: number | null
  readonly behaviour: Behaviour
  readonly isFault: boolean | 'beside a valid one'
}

const afterMs = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 3_000 }))

const holder = fc.record({ seq: fc.constantFrom(...SEQS), afterMs }).map(({ seq, afterMs: after }): Source => ({
  kind: `holds ${seq} after ${after} ms`,
  seq,
  behaviour: { afterMs: after, says: zone(valid[seq - 1] ?? new Uint8Array()) },
  isFault: false,
}))
const liar = fc.record({ lie: fc.constantFrom(...lies), afterMs }).map(({ lie, afterMs: after }): Source => ({
  kind: `${lie.name} after ${after} ms`,
  seq: null,
  behaviour: { afterMs: after, says: lie.answer },
  isFault: lie.isFault,
}))
const other = fc.oneof(
  afterMs.map((after): Source => ({ kind: `nothing after ${after} ms`, seq: null, behaviour: { afterMs: after }, isFault: false })),
  fc.constant<Source>({ kind: 'silent', seq: null, behaviour: { afterMs: null }, isFault: false }),
  afterMs.map((after): Source => ({
    kind: `fails after ${after} ms`,
    seq: null,
    behaviour: { afterMs: after, says: new Error('the stream was reset') },
    isFault: false,
  })),
)
// As many as are asked at once: who is asked when is another test's matter.
const sources = fc.array(fc.oneof(holder, liar, other), { maxLength: 8 })

test('with any mix of sources, the newest valid zone that came in time is the result, and never a false one', async () => {
  await fc.assert(
    fc.asyncProperty(sources, async (all) => {
      const at = world()
      for (const [index, { behaviour }] of all.entries()) at.peers.set(peer(index), behaviour)
      const told: number[] = []
      const lookup = await running(at.clock, resolve('alice.peer', at.parts, { onAnswer: ({ zone: told1 }) => told.push(told1?.seq ?? 0) }))
      Lookup.parse(lookup)
      const { outcome, tookMs } = lookup
      const came = (bound: number): number[] =>
        all.flatMap(({ seq, behaviour }) => (seq !== null && behaviour.afterMs !== null && behaviour.afterMs < bound ? [seq] : []))
      const firstMs = Math.min(...all.flatMap(({ seq, behaviour }) => (seq === null ? [] : [behaviour.afterMs ?? Infinity])))

      if (outcome.outcome === 'found') {
        expect(SEQS).toContain(outcome.zone.seq)
        expect(outcome.zone.owner).toBe(alice.account)
        expect(outcome.zone.seq).toBeGreaterThanOrEqual(Math.max(...came(tookMs)))
        // Nobody is waited for beyond the moment after the first.
        expect(tookMs).toBeLessThanOrEqual(firstMs + Math.min(Math.max(firstMs, GRACE_MIN_MS), GRACE_MAX_MS))
      } else {
        expect(['unreachable', 'no-zone']).toContain(outcome.outcome)
        expect(came(ASK_MS)).toEqual([])
        expect(tookMs).toBeLessThanOrEqual(LOOKUP_MS)
      }
      // What is told only ever gets newer, and is valid too.
      expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b))
      expect(SEQS).toEqual(expect.arrayContaining(told))
      // Whoever lied, and was heard, is noted; nobody who told the truth is, but for having an older zone.
      for (const [index, { isFault, behaviour }] of all.entries()) {
        const points = at.points.get(peer(index)) ?? 0
        const isLiar = isFault === true || (isFault === 'beside a valid one' && outcome.outcome === 'found')
        if (isLiar && behaviour.afterMs !== null && behaviour.afterMs < Math.min(tookMs, ASK_MS)) expect(points).toBeGreaterThan(0)
        if (isFault === 'beside a valid one' && told.length === 0) expect(points).toBe(0)
        if (isFault === false) expect(points).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 400 },
  )
})

test('with three of ten peers lying, and more of them than are asked at once, every look-up gives the newest valid zone or says that it could not', async () => {
  const many = fc.array(fc.oneof({ weight: 7, arbitrary: holder }, { weight: 3, arbitrary: liar }), { minLength: 30, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(many, async (all) => {
      const at = world()
      for (const [index, { behaviour }] of all.entries()) at.peers.set(peer(index), behaviour)
      const { outcome, tookMs } = await running(at.clock, resolve('alice.peer', at.parts))
      const heard = all.flatMap(({ seq, behaviour }, index) => {
        const askedMs = at.askedMs.get(peer(index))
        const isHeard = askedMs !== undefined && behaviour.afterMs !== null && askedMs + behaviour.afterMs < tookMs
        return seq !== null && isHeard && (behaviour.afterMs ?? 0) < ASK_MS ? [seq] : []
      })
      if (outcome.outcome === 'found') {
        expect(SEQS).toContain(outcome.zone.seq)
        expect(outcome.zone.seq).toBeGreaterThanOrEqual(Math.max(...heard))
      } else {
        expect(outcome.outcome).toBe('unreachable')
        expect(heard).toEqual([])
      }
    }),
    { numRuns: 100 },
  )
})

test('one alone who has an old zone is not enough: those named by the others are asked too, while the first is waited for', async () => {
  const at = world()
  const holderBeyond = peer(20)
  const named: Answer = { answer: 'nothing', closer: [{ peerId: holderBeyond, addresses: [] }] }
  at.peers.set(peer(0), { afterMs: 1, says: zone(valid[0] ?? new Uint8Array()) })
  for (let index = 1; index < 8; index++) at.peers.set(peer(index), { afterMs: 1, says: named })
  at.peers.set(holderBeyond, { connected: false, afterMs: 10, says: zone(valid[4] ?? new Uint8Array()) })
  const { outcome } = await running(at.clock, resolve('alice.peer', at.parts))
  expect(outcome).toMatchObject({ outcome: 'found', zone: { seq: 5 } })
  expect(at.points).toEqual(new Map([[peer(0), 1]]))
})

test('three who have the same, or one device of the owner, are enough, and nobody else is asked', async () => {
  const same = zone(valid[4] ?? new Uint8Array())
  const named: Answer = { answer: 'nothing', closer: [{ peerId: peer(20), addresses: [] }] }
  for (const [count, role] of [[3, undefined], [1, 'owner']] as const) {
    const at = world()
    for (let index = 0; index < count; index++) at.peers.set(peer(index), { afterMs: 1, says: same, ...(role === undefined ? {} : { role }) })
    for (let index = 3; index < 8; index++) at.peers.set(peer(index), { afterMs: 2, says: named })
    const { outcome } = await running(at.clock, resolve('alice.peer', at.parts))
    expect(outcome).toMatchObject({ outcome: 'found', zone: { seq: 5 } })
    expect(at.asks).not.toContain(peer(20))
  }
})

test('what was kept and is asked for anew is not taken for an older one that somebody gives: it is the newest that is known', async () => {
  const at = world()
  at.peers.set(peer(0), { afterMs: 1, says: zone(valid[4] ?? new Uint8Array()) })
  await running(at.clock, resolve('alice.peer', at.parts))
  at.peers.clear()
  for (const index of [1, 2, 3, 4]) at.peers.set(peer(index), { afterMs: 1, says: zone(valid[0] ?? new Uint8Array()) })
  const told: number[] = []
  const lookup = await running(at.clock, resolve('alice.peer', at.parts, { cached: 'ask', onAnswer: ({ zone: one }) => told.push(one?.seq ?? 0) }))
  expect(Lookup.parse(lookup).outcome).toMatchObject({ outcome: 'found', from: 'cache', zone: { seq: 5 } })
  expect([told, at.points.size]).toEqual([[], 4])
  // It is asked for again the next time.
  expect(lookup.zone?.freshUntilMs).toBeLessThanOrEqual(at.clock.nowMs())
  at.peers.set(peer(5), { afterMs: 1, says: zone(valid[4] ?? new Uint8Array()) })
  expect((await running(at.clock, resolve('alice.peer', at.parts, { cached: 'ask' }))).outcome).toMatchObject({ outcome: 'found', from: 'peer', zone: { seq: 5 } })
})
