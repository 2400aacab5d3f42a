import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inCard, introducersToAsk, introducersToForget, isDue, nextLookMs } from '../../../src/main/features/mailbox/holders/decide.ts'
import type { Holding } from '../../../src/main/features/mailbox/holders/holder-store.ts'
import { afterFailure, afterRegistering } from '../../../src/main/features/mailbox/holders/states.ts'
import { roomFor } from '../../../src/main/features/mailbox/holding/room.ts'
import { isOver, settle, wanted, weeklyIsDue, weeklyIsOver, weeklyUntilMs } from '../../../src/main/features/mailbox/keys/decide.ts'
import {
  COLLECT_EVERY_MS,
  KEEP_MS,
  KEYS_GIVEN,
  MAX_KEYS,
  MAX_KEYS_OF_DEVICE,
  QUOTA_BYTES,
  QUOTA_LETTERS,
  SAFETY_MS,
  WEEKLY_EVERY_MS,
  WEEKLY_KEPT_MS,
} from '../../../src/main/features/mailbox/limits.ts'
import { Pace } from '../../../src/main/features/mailbox/pace.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'

const id = (at: number): string => at.toString(16).padStart(32, '0')
const peer = (letter: string): PeerId => PeerId.parse(`12D3KooW${letter.repeat(44)}`)

describe('keys that others have', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 200 })
  const keys = ids.chain((all) =>
    fc.tuple(...all.map((at) => fc.record({ id: fc.constant(id(at)), untilMs: fc.constant(DAY), spentMs: fc.constantFrom(null, 1) }))),
  )

  test('whatever they say: each key is spent, or left with them, or gone; and nobody has more than 64', () => {
    const property = fc.property(keys, ids, fc.integer({ min: 0, max: 64 }), fc.integer({ min: 0, max: 2 * MAX_KEYS }), (given, told, want, all) => {
      const unused = told.map(id)
      const { spent, gone, give } = settle(given, unused, want, all)
      const good = new Set(given.filter(({ spentMs }) => spentMs === null).map((key) => key.id))
      const kept = unused.filter((one) => good.has(one))
      expect(new Set([...spent, ...kept])).toEqual(good)
      expect(new Set([...gone, ...kept])).toEqual(new Set(unused))
      expect(give).toBeGreaterThanOrEqual(0)
      expect(give).toBeLessThanOrEqual(want)
      if (give > 0) expect(kept.length + give).toBeLessThanOrEqual(KEYS_GIVEN)
      if (give > 0) expect(given.length + give).toBeLessThanOrEqual(MAX_KEYS_OF_DEVICE)
      if (give > 0) expect(all + give).toBeLessThanOrEqual(MAX_KEYS)
    })
    fc.assert(property, { numRuns: 1_000 })
  })

  test('more are wanted when half of them are used', () => {
    expect([0, 31, 32, 64, 100].map(wanted)).toEqual([64, 33, 0, 0, 0])
  })

  test('one that was spent is kept as long as a letter may be under way', () => {
    const spent = { untilMs: 90 * DAY, spentMs: DAY }
    expect(isOver(spent, DAY + KEEP_MS)).toBe(false)
    expect(isOver(spent, DAY + SAFETY_MS)).toBe(true)
    expect(isOver({ untilMs: 90 * DAY, spentMs: null }, 90 * DAY - 1)).toBe(false)
    expect(isOver({ untilMs: 90 * DAY, spentMs: null }, 90 * DAY)).toBe(true)
  })
})

describe('the weekly key', () => {
  test('is due after a week, and where the clock went back behind it', () => {
    expect(weeklyIsDue(null, 0)).toBe(true)
    expect(weeklyIsDue({ madeMs: DAY, replacedMs: null }, 2 * DAY)).toBe(false)
    expect(weeklyIsDue({ madeMs: DAY, replacedMs: null }, 8 * DAY)).toBe(true)
    expect(weeklyIsDue({ madeMs: DAY, replacedMs: null }, HOUR)).toBe(true)
  })

  test('whatever is sealed to it can be fetched before it is destroyed, whenever its device is on', () => {
    const property = fc.property(fc.nat(60 * DAY), fc.nat(60 * DAY), fc.nat(KEEP_MS), (replacedAfter, sealedAfter, heldMs) => {
      const key = { madeMs: 0, replacedMs: Math.max(WEEKLY_EVERY_MS, replacedAfter) }
      fc.pre(sealedAfter < weeklyUntilMs(key))
      expect(weeklyIsOver(key, sealedAfter + heldMs)).toBe(false)
    })
    fc.assert(property, { numRuns: 1_000 })
  })

  test('and is destroyed two weeks after another took its place', () => {
    expect(weeklyIsOver({ madeMs: 0, replacedMs: null }, 99 * DAY)).toBe(false)
    expect(weeklyIsOver({ madeMs: 0, replacedMs: DAY }, DAY + WEEKLY_KEPT_MS)).toBe(true)
  })
})

describe('room for a letter', () => {
  const some = { bytes: 2_048, ofAccount: { bytes: 0, letters: 0 }, allBytes: 0, capacityBytes: 10_000, coming: 0, maxComing: 2 }

  test.each([
    ['there is', {}, 'take'],
    ['to the last byte', { allBytes: 10_000 - 2_048 }, 'take'],
    ['and not one more', { allBytes: 10_000 - 2_047 }, 'full'],
    ['of the account', { ofAccount: { bytes: QUOTA_BYTES - 2_048, letters: 1 } }, 'take'],
    ['of the account, and not one more', { ofAccount: { bytes: QUOTA_BYTES - 2_047, letters: 1 } }, 'full'],
    ['of the account, in letters', { ofAccount: { bytes: 0, letters: QUOTA_LETTERS } }, 'full'],
    ['while others come', { coming: 2 }, 'busy'],
  ])('%s', (_, change, verdict) => {
    expect(roomFor({ ...some, ...change }).verdict).toBe(verdict)
  })
})

describe('whom to ask', () => {
  const holding = (letter: string, change: Partial<Holding> = {}): Holding => ({
    peerId: peer(letter),
    account: null,
    kind: 'introducer',
    state: 'held',
    box: '',
    quotaBytes: 0,
    usedBytes: 0,
    checkedMs: 0,
    answeredMs: 0,
    why: null,
    ...change,
  })

  test('three introducers, those that were refused or left aside', () => {
    const inUse = ['A', 'B', 'C', 'D', 'E'].map(peer)
    expect(introducersToAsk([], inUse)).toEqual(inUse.slice(0, 3))
    expect(introducersToAsk([holding('A'), holding('B', { state: 'refused' }), holding('C', { state: 'left' })], inUse)).toEqual([peer('D'), peer('E')])
    expect(introducersToAsk([holding('A'), holding('B', { state: 'unreachable' }), holding('C', { state: 'asking' })], inUse)).toEqual([])
  })

  test('one that is an introducer no more is forgotten once nothing of ours can lie there', () => {
    const known = [holding('A'), holding('B', { state: 'refused' }), holding('C', { state: 'unreachable' }), holding('D', { state: 'refused', kind: 'contact' })]
    expect(introducersToForget(known, [], DAY)).toEqual([peer('B')])
    expect(introducersToForget(known, [], KEEP_MS)).toEqual([peer('B'), peer('C')])
    expect(introducersToForget(known, [peer('B'), peer('C')], KEEP_MS)).toEqual([])
  })

  test('a card names those who hold before those who do not answer, five at most, in an order that stays', () => {
    const known = ['F', 'E', 'D', 'C', 'B', 'A'].map((letter) => holding(letter, letter < 'C' ? { state: 'unreachable' } : {}))
    expect(inCard(known, DAY).map(({ peerId }) => peerId)).toEqual(['A', 'C', 'D', 'E', 'F'].map(peer))
    expect(inCard(known, 4 * DAY).map(({ peerId }) => peerId)).toEqual(['C', 'D', 'E', 'F'].map(peer))
    expect(inCard([holding('A', { state: 'asking' }), holding('B', { state: 'left' }), holding('C', { state: 'refused' })], 0)).toEqual([])
  })

  test('each of them every ten minutes, and who has not said yes each hour', () => {
    expect(isDue({ state: 'held', checkedMs: null }, 0)).toBe(true)
    expect(isDue({ state: 'held', checkedMs: 0 }, COLLECT_EVERY_MS)).toBe(true)
    expect(isDue({ state: 'held', checkedMs: 0 }, COLLECT_EVERY_MS / 2)).toBe(false)
    expect(isDue({ state: 'held', checkedMs: DAY }, 0)).toBe(true)
    expect(isDue({ state: 'refused', checkedMs: 0 }, COLLECT_EVERY_MS)).toBe(false)
    expect(isDue({ state: 'asking', checkedMs: 0 }, COLLECT_EVERY_MS)).toBe(false)
    expect(isDue({ state: 'refused', checkedMs: 0 }, HOUR)).toBe(true)
    expect(isDue({ state: 'left', checkedMs: null }, DAY)).toBe(false)
    const waits = fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
      expect(nextLookMs(random)).toBeGreaterThan(COLLECT_EVERY_MS / 2)
      expect(nextLookMs(random)).toBeLessThanOrEqual(COLLECT_EVERY_MS)
    })
    fc.assert(waits)
  })

  test('what they answer says what becomes of them', () => {
    const contact = { kind: 'contact', state: 'asking' } as const
    expect(afterRegistering(contact, { status: 'registered', quotaBytes: 2, usedBytes: 1 })).toEqual({ state: 'held', why: null, quotaBytes: 2, usedBytes: 1 })
    expect(afterRegistering(contact, { status: 'knock-first' })).toMatchObject({ state: 'asking' })
    expect(afterRegistering({ ...contact, kind: 'introducer' }, { status: 'knock-first' })).toMatchObject({ state: 'refused' })
    expect(afterRegistering(contact, { status: 'denied' })).toMatchObject({ state: 'refused' })
    expect(afterRegistering(contact, { status: 'full' })).toMatchObject({ state: 'refused' })
    expect(afterRegistering({ ...contact, state: 'held' }, { status: 'busy' })).toMatchObject({ state: 'unreachable' })
    expect(afterFailure({ state: 'held', why: null })).toMatchObject({ state: 'unreachable' })
    expect(afterFailure({ state: 'refused', why: 'no' })).toEqual({ state: 'refused', why: 'no' })
  })
})

test('a pace lets a burst through, then as many as its rate, whatever the names', () => {
  const pace = new Pace({ burst: 3, perSecond: 2 })
  expect([0, 0, 0, 0].map((nowMs) => pace.takes('a', nowMs))).toEqual([true, true, true, false])
  expect(pace.takes('b', 0)).toBe(true)
  expect([500, 500, 1_000].map((nowMs) => pace.takes('a', nowMs))).toEqual([true, false, true])
})
