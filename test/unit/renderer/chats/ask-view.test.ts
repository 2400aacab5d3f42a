import { expect, test } from 'vitest'
import { lookOf, otherAsks, workChance, workMs, workSpan } from '../../../../src/renderer/features/chats/ask-view.ts'
import type { SentKnock } from '../../../../src/shared/model/door.ts'
import { MINUTE, SECOND } from '../../../../src/shared/units.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { sentKnock } from '../../../gallery/people.ts'

test('a knock that waits quietly looks like itself only while it waits', () => {
  expect(lookOf({ state: 'asked', quiet: true })).toBe('quiet')
  expect(lookOf({ state: 'asked', quiet: false })).toBe('asked')
  expect(lookOf({ state: 'denied', quiet: true })).toBe('denied')
})

test.each([
  [16, 'moment', 0],
  [20, 'seconds', 1],
  [22, 'seconds', 4],
  [25, 'seconds', 34],
  [27, 'minutes', 2],
  [32, 'hours', 1],
  [40, 'days', 13],
] as const)('a price of %d bits is %s %d', (bits, unit, count) => {
  expect(workSpan(bits)).toEqual({ unit, count })
})

test('the line of work goes on and never arrives by itself', () => {
  const bits = 20
  expect(workChance(bits, -5)).toBe(0)
  expect(workChance(bits, workMs(bits))).toBeCloseTo(0.63, 2)
  const chances = [0, 1, 2, 5, 10].map((times) => workChance(bits, times * workMs(bits)))
  expect(chances.toSorted((a, b) => a - b)).toEqual(chances)
  expect(Math.max(...chances)).toBeLessThan(1)
})

const nowMs = Date.UTC(2026, 0, 10)
const asked = (changes: Partial<SentKnock>): SentKnock =>
  sentKnock('Bea', { capability: 'app:todo', sentMs: nowMs - SECOND, ...changes })
const looks = (...sent: SentKnock[]): string[] =>
  otherAsks(sent, accountOf('Bea'), nowMs).map(({ capability, state }) => `${capability} ${state}`)

test('what else is asked of somebody is told once for each thing, the last of it', () => {
  expect(looks(asked({ sentMs: nowMs - MINUTE, state: 'denied' }), asked({ state: 'asked' }))).toEqual(['app:todo asked'])
  expect(looks(asked({ capability: 'file' }), asked({ sentMs: nowMs }))).toEqual(['app:todo asked', 'file asked'])
  expect(looks(asked({ capability: 'contact' }), { ...asked({}), account: accountOf('Tomasz') })).toEqual([])
})

test('an end that is no yes is told for ten minutes, a yes and what was cancelled not at all', () => {
  for (const state of ['denied', 'unanswered', 'busy', 'unreachable', 'silent'] as const) {
    expect(looks(asked({ state }))).toEqual([`app:todo ${state}`])
    expect(looks(asked({ state, sentMs: nowMs - 10 * MINUTE }))).toEqual([])
  }
  for (const state of ['allowed', 'cancelled'] as const) expect(looks(asked({ state }))).toEqual([])
  expect(looks(asked({ state: 'asked', sentMs: nowMs - 20 * MINUTE }))).toEqual(['app:todo asked'])
})
