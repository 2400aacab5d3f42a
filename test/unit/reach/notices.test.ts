import { expect, test } from 'vitest'
import { MAX_IDLE_NOTICES } from '../../../src/main/features/reach/limits.ts'
import { heeding } from '../../../src/main/features/reach/notices.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const notice = { kind: 'draining', withinMs: 1 } as const

test('one notice a second is heeded, the others are passed over', async () => {
  const clock = new FakeClock()
  let heeded = 0
  const take = heeding(clock, () => (heeded += 1))
  for (const wanted of [1, 2, 3]) {
    take(notice)
    take(notice)
    expect(heeded).toBe(wanted)
    await clock.advance(SECOND)
  }
})

test('an introducer whose notices do not cease is not listened to any more', () => {
  const take = heeding(new FakeClock(), () => {})
  for (let times = 0; times <= MAX_IDLE_NOTICES; times += 1) take(notice)
  expect(() => take(notice)).toThrow(/all the time/)
})
