import { expect, test } from 'vitest'
import { mutedUntil, Mutes } from '../../../src/main/features/door/mute.ts'
import { AccountId } from '../../../src/shared/ids.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'

const anna = AccountId.parse(`k51${'a'.repeat(59)}`)

test('three refusals within ten minutes mute for an hour from the third', () => {
  const denials = [0, 4 * MINUTE, 10 * MINUTE]
  expect(mutedUntil(denials, 11 * MINUTE)).toBe(HOUR + 10 * MINUTE)
  expect(mutedUntil(denials, HOUR + 10 * MINUTE - 1)).not.toBeNull()
  expect(mutedUntil(denials, HOUR + 10 * MINUTE)).toBeNull()
})

test('two do not, nor do three over a longer time', () => {
  expect(mutedUntil([0, 1], 2)).toBeNull()
  expect(mutedUntil([0, 5 * MINUTE, 10 * MINUTE + 1], 11 * MINUTE)).toBeNull()
})

test('a later refusal of something else does not end a mute', () => {
  expect(mutedUntil([0, 1, 2, 20 * MINUTE], 21 * MINUTE)).toBe(HOUR + 2)
})

test('a refusal that was taken back does not count', () => {
  const mutes = new Mutes()
  for (const atMs of [0, 1, 2]) mutes.add(anna, atMs, false)
  expect(mutes.of(anna, 3)).toBe('told')
  mutes.takeBack(anna)
  expect(mutes.of(anna, 3)).toBe('none')
})

test('an account that was refused silently is muted silently', () => {
  const mutes = new Mutes()
  for (const atMs of [0, 1, 2]) mutes.add(anna, atMs, atMs === 2)
  expect(mutes.of(anna, 3)).toBe('silent')
})
