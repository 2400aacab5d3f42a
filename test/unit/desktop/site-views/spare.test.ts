import { expect, test } from 'vitest'
import { MAX_STRAIN, MAX_TOLD_A_SECOND, STRAIN_MS } from '../../../../src/main/desktop/site-views/limits.ts'
import { spared, strained } from '../../../../src/main/desktop/site-views/spare.ts'
import { FakeClock } from '../../../helpers/fake-clock.ts'

const times = (count: number, run: () => void): void => Array.from({ length: count }).forEach(() => run())

test('of what a page says so many are told in a second, and in the next one again', async () => {
  const clock = new FakeClock()
  const tell = spared(clock)
  const said = Array.from({ length: 1_000 }, tell)
  expect(said.filter(Boolean)).toHaveLength(MAX_TOLD_A_SECOND)
  await clock.advance(1_000)
  expect(tell()).toBe(true)
})

test('a page that does much for long is borne; one that does more at once is ended, once', async () => {
  const clock = new FakeClock()
  let ended = 0
  const strain = strained(clock, () => (ended += 1))
  for (let span = 0; span < 20; span += 1) {
    times(MAX_STRAIN, () => strain.add())
    await clock.advance(STRAIN_MS)
  }
  expect([strain.isTooMuch, ended]).toEqual([false, 0])
  times(MAX_STRAIN, () => strain.add())
  times(10_000, () => strain.add())
  expect([strain.isTooMuch, ended]).toEqual([true, 1])
})

test('what was too much stays so however late the rest is heard, until another process is there, which begins anew', async () => {
  const clock = new FakeClock()
  let ended = 0
  const strain = strained(clock, () => (ended += 1))
  strain.add(MAX_STRAIN + 1)
  await clock.advance(10 * STRAIN_MS)
  strain.add()
  expect([strain.isTooMuch, ended]).toEqual([true, 1])
  strain.forget()
  times(MAX_STRAIN, () => strain.add())
  expect([strain.isTooMuch, ended]).toEqual([false, 1])
  strain.add()
  expect([strain.isTooMuch, ended]).toEqual([true, 2])
})

test('what is heavy counts for as much as it weighs', () => {
  let ended = 0
  const strain = strained(new FakeClock(), () => (ended += 1))
  strain.add(MAX_STRAIN / 2)
  strain.add(MAX_STRAIN / 2)
  expect(ended).toBe(0)
  strain.add(0.1)
  expect(ended).toBe(1)
})
