import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Allowance } from '../../../src/main/features/ledger/sync/allowance.ts'
import { BodyPlan } from '../../../src/main/features/ledger/sync/body-plan.ts'
import { locatorHeights, locatorOf } from '../../../src/main/features/ledger/sync/locator.ts'
import { Pace, Turns } from '../../../src/main/features/ledger/sync/pace.ts'
import {
  claimOf,
  isNews,
  type Known,
  nextToFollow,
  nextWakeMs,
  putAside,
  type Standing,
} from '../../../src/main/features/ledger/sync/peers.ts'
import { Fetched } from '../../../src/main/features/ledger/sync/pools.ts'
import { FETCHED_MS, LIMITS } from '../../../src/main/features/ledger/sync/limits.ts'
import { proveHeaders } from '../../../src/main/features/ledger/sync/headers.ts'
import { genesisParent } from '../../../src/main/features/ledger/block.ts'
import type { CertifiedBlock } from '../../../src/main/features/ledger/block.ts'
import { MAX_LOCATOR } from '../../../src/main/protocols/ledger/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { certified, checkWeight, keep, LATER_MS } from './chains.ts'
import { Town } from './town.ts'

const peer = (letter: string): PeerId => PeerId.parse(`12D3KooW${letter.repeat(44)}`)
const [ana, ben, cam] = ['A', 'B', 'C'].map(peer) as [PeerId, PeerId, PeerId]

describe('a locator', () => {
  test('names the newest blocks, then ever fewer, and the lowest that is here', () => {
    expect(locatorHeights(5, 0, 64)).toEqual([5, 4, 3, 2, 1, 0])
    expect(locatorHeights(40, 0, 64)).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 29, 25, 17, 1, 0])
    expect(locatorHeights(0, 0, 64)).toEqual([0])
    expect(locatorHeights(100, 98, 64)).toEqual([100, 99, 98])
  })

  test('of any chain falls strictly to its base, and fits into a request', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(2 ** 40), (base, more) => {
        const heights = locatorHeights(base + more, base, MAX_LOCATOR)
        expect(heights.length).toBeLessThanOrEqual(MAX_LOCATOR)
        expect(heights.at(-1)).toBe(base)
        expect(heights).toEqual([...new Set(heights)].toSorted((a, b) => b - a))
        // Whatever is asked again is at most twice as much as what parted.
        const gap = (at: number): number => (heights[at] ?? 0) - (heights[at + 1] ?? 0)
        for (let at = 0; at + 1 < heights.length; at++) expect(gap(at)).toBeLessThanOrEqual(Math.max(1, base + more - (heights[at] ?? 0) + 1))
      }),
    )
  })

  test('is of the chain alone, and begins with what was fetched last', () => {
    const town = new Town()
    const { chain, store } = keep(town.genesis, town.context)
    for (let height = 1; height <= 3; height++) chain.add(certified(town.grow([])), LATER_MS)
    const running = { chain, store, network: town.context.network } as Parameters<typeof locatorOf>[0]
    const ids = [3, 2, 1].map((height) => store.at(height)?.header.id)
    expect(locatorOf(running, 64, [])).toEqual([...ids, town.context.network])
    expect(locatorOf(running, 64, ['ab'.repeat(32)])).toEqual(['ab'.repeat(32), ...ids, town.context.network])
    expect(locatorOf(running, 64, [ids[0] ?? ''])).toEqual([...ids, town.context.network])
  })
})

describe('a plan of bodies', () => {
  const limits = { aheadBlocks: 6, aheadBytes: 1_000, perRequest: 3, slowMs: 100 }
  const town = new Town()
  const blocks = Array.from({ length: 8 }, () => certified(town.grow([])))
  const ids = blocks.map(({ header }) => header.id)
  const block = (id: string): CertifiedBlock => blocks[ids.indexOf(id)] ?? certified(town.block([]))

  test('asks each block of one peer, and no further ahead than may be held', () => {
    const plan = new BodyPlan(ids, limits)
    expect(plan.next(ana, 0)).toEqual(ids.slice(0, 3))
    expect(plan.next(ben, 0)).toEqual(ids.slice(3, 6))
    expect(plan.next(cam, 0)).toEqual([])
    for (const id of ids.slice(0, 3)) plan.got(id, block(id), 10)
    expect(plan.ready(2, 100)).toEqual(blocks.slice(0, 2))
    expect(plan.next(cam, 0)).toEqual(ids.slice(6, 8))
    expect(plan.left).toBe(6)
  })

  test('gives blocks out in their order, once', () => {
    const plan = new BodyPlan(ids, limits)
    for (const at of [2, 0]) plan.got(ids[at] ?? '', block(ids[at] ?? ''), 10)
    expect(plan.ready(9, 100)).toEqual(blocks.slice(0, 1))
    plan.got(ids[1] ?? '', block(ids[1] ?? ''), 10)
    plan.got(ids[0] ?? '', block(ids[0] ?? ''), 10)
    expect(plan.ready(9, 100)).toEqual(blocks.slice(1, 3))
    expect(plan.ready(9, 100)).toEqual([])
  })

  test('asks another when one is late, says that it has none, or went away', () => {
    const plan = new BodyPlan(ids, limits)
    const [first = '', second = '', third = ''] = plan.next(ana, 0)
    expect(plan.next(ben, 99)).toEqual(ids.slice(3, 6))
    expect(plan.next(cam, 100)).toEqual([first, second, third])
    plan.lacks(ana, first)
    plan.over(ana, [first, second, third])
    plan.over(cam, [first, second, third])
    expect(plan.next(ana, 101)).toEqual([second, third])
    expect(plan.next(cam, 101)).toEqual([first])
  })

  test('asks for nothing but what is first when too much is held already', () => {
    const plan = new BodyPlan(ids, { ...limits, aheadBytes: 10, perRequest: 2 })
    plan.got(ids[3] ?? '', block(ids[3] ?? ''), 500)
    expect(plan.next(ana, 0)).toEqual(ids.slice(0, 2))
    expect(plan.next(ben, 0)).toEqual([])
  })

  test('knows when a peer cannot help any more', () => {
    const plan = new BodyPlan(ids.slice(0, 1), limits)
    expect(plan.mayHelp(ana)).toBe(true)
    plan.lacks(ana, ids[0] ?? '')
    expect([plan.mayHelp(ana), plan.mayHelp(ben)]).toEqual([false, true])
  })

  test('comes to its end in every order of answers, as long as one peer gives what it has', () => {
    const step = fc.record({
      who: fc.constantFrom(ana, ben, cam),
      does: fc.constantFrom('gives', 'lacks', 'stops'),
      passMs: fc.nat(80),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, perRequest) => {
        const plan = new BodyPlan(ids, { ...limits, perRequest })
        const given: CertifiedBlock[] = []
        let nowMs = 0
        const turn = (who: PeerId, does: string): void => {
          const asked = plan.next(who, nowMs)
          const answered = does === 'stops' ? asked.slice(0, 1) : asked
          // Ana is the honest one.
          for (const id of answered) {
            if (does === 'lacks' && who !== ana) plan.lacks(who, id)
            else plan.got(id, block(id), 100)
          }
          plan.over(who, asked)
          given.push(...plan.ready(4, 300))
        }
        for (const { who, does, passMs } of steps) {
          nowMs += passMs
          turn(who, does)
        }
        for (let round = 0; plan.left > 0 && round < 50; round++) turn(ana, 'gives')
        expect(given).toEqual(blocks)
      }),
    )
  })
})

describe('whom to follow', () => {
  const at = (place: 'chain' | 'beside' | 'nowhere', totalWeight = 0, floor = 0): Standing => ({
    place: () => ({ at: place, totalWeight }),
    floor,
  })
  const known = (peerId: PeerId, weight: number, height = weight, asideUntilMs = 0): Known => ({
    peerId,
    head: { id: 'ab'.repeat(32), height, weight },
    settled: null,
    strikes: 0,
    asideUntilMs,
    notBeforeMs: 0,
    pooledAtMs: null,
  })

  test('is who claims most, is not aside, and was not looked into', () => {
    const [a, b, c] = [known(ana, 5), known(ben, 9), known(cam, 12, 12, 100)]
    expect(nextToFollow([a, b, c], at('nowhere'), 50)).toBe(b)
    expect(nextToFollow([a, b, c], at('nowhere'), 100)).toBe(c)
    b.settled = claimOf(b.head)
    expect(nextToFollow([a, b, c], at('nowhere'), 50)).toBe(a)
    expect(nextWakeMs([b, c], at('nowhere'))).toBe(100)
    expect(nextToFollow([known(ana, 5, 6), known(ben, 5, 9)], at('nowhere'), 0)?.peerId).toBe(ben)
  })

  test('is nobody whose head is here, or lies where nothing is taken any more', () => {
    const head = { id: 'ab'.repeat(32), height: 7, weight: 7 }
    expect(isNews(head, at('chain'))).toBe(false)
    expect(isNews(head, at('nowhere'))).toBe(true)
    expect(isNews(head, at('nowhere', 0, 7))).toBe(false)
    expect(isNews(head, at('beside', 7))).toBe(false)
    expect(isNews(head, at('beside', 6))).toBe(true)
  })

  test('waits longer each time for who does not answer, and not for ever', () => {
    const a = known(ana, 5)
    const waits = Array.from({ length: 9 }, () => {
      putAside(a, 0, 5)
      return a.asideUntilMs
    })
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 500, 500])
  })
})

describe('headers', () => {
  const town = new Town()
  const chain = Array.from({ length: 5 }, () => certified(town.grow([])))
  const wire = chain.map(({ header, certificate }) => ({ header: header.bytes, certificate }))
  const running = { chain: keep(town.genesis, town.context).chain, checkCertificate: checkWeight }
  const prove = (headers: typeof wire) =>
    proveHeaders(headers, genesisParent(town.genesis), town.genesis, running, new Turns(new FakeClock(), 16))

  test('are proven as far as each follows the one before and is certified', async () => {
    expect(await prove(wire)).toMatchObject({ proven: { length: 5 }, stopped: null })
    const unsigned = wire.map((one, at) => (at === 3 ? { ...one, certificate: new Uint8Array([0]) } : one))
    expect(await prove(unsigned)).toMatchObject({ proven: { length: 3 }, stopped: 'no weight' })
    expect(await prove(wire.toSpliced(2, 1))).toMatchObject({ proven: { length: 2 }, stopped: 'it follows another block' })
    expect((await prove([{ header: new Uint8Array(600), certificate: new Uint8Array() }])).stopped).toMatch(/600 bytes/)
  })
})

describe('bounds', () => {
  test('an allowance is so much at once, comes back by the second, and is each peer’s own', () => {
    const allowance = new Allowance({ atOnce: 2, aSecond: 4, max: 2 })
    expect(['a', 'a', 'a', 'b'].map((who) => allowance.spend(who, 0))).toEqual(['spent', 'spent', 'too-often', 'spent'])
    expect([250, 251, 10_000, 10_000, 10_000].map((ms) => allowance.spend('a', ms))).toEqual([
      'spent',
      'too-often',
      'spent',
      'spent',
      'too-often',
    ])
    // Only so many are counted.
    allowance.spend('c', 10_000)
    allowance.spend('d', 10_000)
    expect(allowance.spend('a', 10_000)).toBe('spent')
  })

  test('a batch grows and shrinks with how long the last one took', () => {
    const pace = new Pace(16, 256)
    expect(pace.count).toBe(8)
    pace.took(8, 1)
    expect(pace.count).toBe(16)
    pace.took(16, 64)
    expect(pace.count).toBe(4)
    pace.took(4, 1_000)
    expect(pace.count).toBe(1)
    for (let round = 0; round < 20; round++) pace.took(pace.count, 0)
    expect(pace.count).toBe(256)
  })

  test('an entry that was fetched is asked for again after a while', () => {
    const fetched = new Fetched()
    expect(fetched.isNew('a', 0)).toBe(true)
    fetched.add('a', 0)
    expect([fetched.isNew('a', FETCHED_MS - 1), fetched.isNew('a', FETCHED_MS)]).toEqual([false, true])
  })

  test('what is fetched ahead is more than one request of each source', () => {
    expect(LIMITS.aheadBlocks).toBeGreaterThanOrEqual(LIMITS.sources * LIMITS.perRequest)
    expect(LIMITS.snapshotAbove).toBeGreaterThan(LIMITS.snapshotBelow)
  })
})
