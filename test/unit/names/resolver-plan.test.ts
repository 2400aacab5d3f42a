import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALPHA, AT_ONCE_NEAR, MAX_ASKED, MAX_PER_REFERRER } from '../../../src/main/features/names/resolver-limits.ts'
import { Plan, type Candidate } from '../../../src/main/features/names/resolver-plan.ts'
import { PeerId } from '../../../src/shared/ids.ts'

const TARGET = new Uint8Array(32)

/** A candidate whose distance from the target is `far`, in a name of its own. */
function at(far: number, change: Partial<Candidate> = {}): Candidate {
  const place = new Uint8Array(32)
  new DataView(place.buffer).setUint32(0, far)
  const digits = String(far).padStart(44, '0').replaceAll(/\d/g, (digit) => 'abcdefghjk'.charAt(Number(digit)))
  return { peerId: PeerId.parse(`12D3KooW${digits}`), role: 'near', place, addresses: [], connected: true, hops: 0, ...change }
}

const fars = (candidates: readonly Candidate[]): number[] => candidates.map(({ place }) => new DataView(place.buffer).getUint32(0))
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

describe('whom a look-up asks', () => {
  test('the nearest connected ones at once, with all devices of the owner and contacts', () => {
    const far = [at(900, { role: 'owner', connected: false }), at(800, { role: 'contact', connected: false })]
    const plan = new Plan(TARGET, [...range(50).toReversed().map((n) => at(n)), at(60, { connected: false }), ...far])
    expect(fars(plan.next())).toEqual([900, 800, ...range(AT_ONCE_NEAR)])
  })

  test('where nobody is connected, the nearest that are known', () => {
    const plan = new Plan(TARGET, range(9).map((n) => at(n, { connected: false })))
    expect(fars(plan.next())).toEqual(range(ALPHA))
  })

  test('each is asked once, whoever names it again', () => {
    const plan = new Plan(TARGET, [at(5), at(6)])
    plan.next()
    plan.answered(at(5).peerId, [at(6), at(5), at(1)])
    expect(fars(plan.next())).toEqual([1])
    plan.answered(at(6).peerId, [at(1)])
    expect(plan.next()).toEqual([])
  })

  test('one that is slow gives its place to another, and may still answer', () => {
    const plan = new Plan(TARGET, range(20).map((n) => at(n)))
    plan.next()
    for (const n of range(AT_ONCE_NEAR)) plan.slow(at(n).peerId)
    expect(fars(plan.next())).toEqual([9, 10, 11])
    plan.answered(at(1).peerId, [])
    expect(plan.isWaiting).toBe(true)
  })

  test('one peer that names only its own cannot fill the way', () => {
    const plan = new Plan(TARGET, [at(1_000), at(1_001)])
    plan.next()
    const own = range(8).map((n) => at(n, { connected: false }))
    plan.answered(at(1_000).peerId, own)
    plan.answered(at(1_001).peerId, [at(500, { connected: false })])
    const asked: number[][] = []
    for (;;) {
      const next = plan.next()
      if (next.length === 0) break
      asked.push(fars(next))
      for (const { peerId } of next) plan.failed(peerId)
    }
    // Each way in its turn, and of one peer no more than some, while there is anybody else.
    const some = [1, 500, ...range(MAX_PER_REFERRER).slice(1)]
    expect(asked.flat().slice(0, some.length)).toEqual(some)
    // Nobody else is left: the others that it named, one after another.
    expect(asked.filter((those) => those.some((far) => far !== 500 && far > MAX_PER_REFERRER))).toEqual(range(8).slice(MAX_PER_REFERRER).map((far) => [far]))
  })

  test('while somebody is still asked, no more than some are asked of whom one peer named', () => {
    const plan = new Plan(TARGET, [at(1_000), at(1_001)])
    plan.next()
    plan.answered(at(1_000).peerId, range(8).map((n) => at(n, { connected: false })))
    const asked: Candidate[] = []
    for (let next = plan.next(); next.length > 0; next = plan.next()) {
      asked.push(...next)
      for (const { peerId } of next) plan.failed(peerId)
    }
    expect(fars(asked)).toEqual(range(MAX_PER_REFERRER))
  })

  test('one that is not where it is said to be is tried where others say that it is, and no more than twice', () => {
    const plan = new Plan(TARGET, range(5).map((n) => at(n * 1_000)))
    plan.next()
    const honest = (place: string): Candidate => at(7, { connected: false, hops: 1, addresses: [place] })
    const tried: (readonly string[])[] = []
    for (const n of range(5)) {
      plan.answered(at(n * 1_000).peerId, [honest(`/memory/${n}`)])
      for (const { peerId, addresses } of plan.next()) {
        tried.push(addresses)
        plan.unreached(peerId)
      }
    }
    // Of those that were known before so many are under way at first that nobody else is asked.
    expect(tried).toEqual([['/memory/1'], ['/memory/2', '/memory/3'], ['/memory/4']])
    expect(plan.isWaiting).toBe(false)
  })

  test('one that lied is not asked again, wherever others say that it is', () => {
    const plan = new Plan(TARGET, [at(1_000), at(2_000)])
    plan.next()
    plan.answered(at(1_000).peerId, [at(7, { hops: 1, addresses: ['/memory/1'] })])
    for (const { peerId } of plan.next()) plan.failed(peerId)
    plan.answered(at(2_000).peerId, [at(7, { hops: 1, addresses: ['/memory/2'] })])
    expect(plan.next()).toEqual([])
  })

  test('the first of each way are asked, however many ids were ground next to the key', () => {
    const plan = new Plan(TARGET, [at(1_000), at(2_000), at(3_000)])
    plan.next()
    // Two that name their own, next to the key, and on without end; and one that names who holds it.
    for (const liar of [1, 2]) plan.answered(at(liar * 1_000).peerId, range(8).map((n) => at(liar * 10 + n, { hops: 1, connected: false })))
    plan.answered(at(3_000).peerId, [at(900, { hops: 1, connected: false })])
    const first = fars(plan.next())
    expect(first).toEqual([11, 21, 900])
  })

  test('it ends, whatever others name', () => {
    const names = fc.infiniteStream(fc.array(fc.integer({ min: 1, max: 4_000_000_000 }), { maxLength: 8 }))
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 30 }), (said, known) => {
        const nextSaid = (): number[] => said.next().value ?? []
        const plan = new Plan(TARGET, range(known).map((n) => at(n * 1_000)))
        let asked = 0
        for (;;) {
          const next = plan.next()
          if (next.length === 0) break
          asked += next.length
          for (const { peerId } of next) {
            const closer = nextSaid()
            if (closer.length % 3 === 0) plan.failed(peerId)
            else plan.answered(peerId, closer.map((far) => at(far, { connected: false })))
          }
        }
        expect(asked).toBeLessThanOrEqual(MAX_ASKED)
        expect(plan.isWaiting).toBe(false)
      }),
    )
  })

  test('in a network of 1,000 the nearest is found in log₂ n hops at most', () => {
    const numberOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE()
    const all = range(1_000).map((n) => numberOf(`place ${n}`))
    const far = (a: number, b: number): number => (a ^ b) >>> 0
    const nearestOf = (target: number, among: readonly number[], count: number): number[] =>
      among.toSorted((a, b) => far(target, a) - far(target, b)).slice(0, count)
    // Each knows up to 20 of each half, quarter, eighth … of the space, as Kademlia's buckets do.
    const knownTo = (own: number): number[] => {
      const buckets = Array.from({ length: 33 }, (): number[] => [])
      for (const one of all) if (one !== own) buckets[Math.clz32(far(own, one))]?.push(one)
      return buckets.flatMap((bucket) => bucket.slice(0, 20))
    }
    for (const look of range(30)) {
      const target = numberOf(`zone ${look}`)
      const [nearest] = nearestOf(target, all, 1)
      const start = all[look * 31] ?? 0
      const place = at(target).place
      const known = nearestOf(target, knownTo(start), 20)
      const plan = new Plan(place, known.map((one) => at(one, { connected: false })))
      let hops: number | null = start === nearest ? 0 : null
      for (;;) {
        const next = plan.next()
        if (next.length === 0) break
        for (const candidate of next) {
          const [one = 0] = fars([candidate])
          if (one === nearest) hops = candidate.hops
          const closer = nearestOf(target, knownTo(one), 8)
          plan.answered(candidate.peerId, closer.map((each) => at(each, { connected: false, hops: candidate.hops + 1 })))
        }
      }
      expect(hops).not.toBeNull()
      expect(hops).toBeLessThanOrEqual(Math.ceil(Math.log2(1_000)))
    }
  })
})
