import { describe, expect, test } from 'vitest'
import { type Leading, leadingOf, neededFor, quorumOf } from '../../../src/main/features/ledger/live/status.ts'
import { Throttle } from '../../../src/main/features/ledger/live/throttle.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { townGenesis } from './town.ts'

const alone = townGenesis()
const four = townGenesis({}, ['leader', 'bob', 'carol', 'dan'], 1)
const { roundMs } = four
const quick: Leading = { verdict: 'lead', why: 'quick', worstMs: 40 }
const slow: Leading = { verdict: 'stay-silent', why: 'slow', worstMs: 700 }

describe('whether this device leads', () => {
  const about = { roster: four, roundMs, isReady: true, behindHeadMs: null, measured: quick }

  test('is said with what is measured against Δ', () => {
    expect(leadingOf(about)).toMatchObject({ verdict: 'lead', why: expect.stringContaining('40 ms, within Δ (500 ms)') })
    const silent = leadingOf({ ...about, measured: slow })
    expect(silent).toMatchObject({ verdict: 'stay-silent', worstMs: 700 })
    expect(silent.why).toContain('700 ms, more than Δ (500 ms) allows')
  })

  test('is no while it is behind, or its clock is', () => {
    expect(leadingOf({ ...about, isReady: false }).why).toContain('neither votes nor leads')
    expect(leadingOf({ ...about, roster: alone, behindHeadMs: 3 * HOUR }).why).toContain('3 hours behind')
    expect(leadingOf({ ...about, roster: alone, measured: slow })).toMatchObject({ verdict: 'lead' })
  })
})

describe('the lamp', () => {
  const about = { roster: four, roundMs, heard: 4, leading: quick }

  test('needs as many as decide a block at once', () => {
    expect(neededFor(four)).toBe(3)
    expect(neededFor(alone)).toBe(1)
    expect(quorumOf(about)).toMatchObject({ lamp: 'decides', heard: 4, needed: 3, validators: 4, faults: 1 })
    expect(quorumOf({ ...about, heard: 3 })).toMatchObject({ lamp: 'decides' })
    expect(quorumOf({ ...about, heard: 2 })).toMatchObject({ lamp: 'unsure', why: expect.stringContaining('cut in two') })
    expect(quorumOf({ ...about, heard: 1 })).toMatchObject({ lamp: 'waits', why: expect.stringContaining('What is submitted waits') })
    const three = { ...about.roster, validators: about.roster.validators.slice(0, 3) }
    expect(quorumOf({ ...about, roster: three, heard: 2 })).toMatchObject({ lamp: 'decides', needed: 3 })
  })

  test('says the model by which it holds', () => {
    expect(quorumOf(about).why).toContain('Δ, 500 ms, bounds delay and difference of clocks together')
  })

  test('waits where messages are too slow, and where one’s own clock is behind', () => {
    expect(quorumOf({ ...about, leading: slow })).toMatchObject({ lamp: 'waits', why: 'slow' })
    expect(quorumOf({ ...about, roster: alone, leading: slow })).toMatchObject({ lamp: 'waits' })
    expect(quorumOf({ ...about, roster: alone, leading: quick })).toMatchObject({ lamp: 'alone' })
  })

  test('follows where others decide', () => {
    expect(quorumOf({ ...about, leading: null })).toMatchObject({ lamp: 'follows' })
    expect(quorumOf({ ...about, roster: alone, leading: null }).why).toContain('One other device decides')
  })
})

test('what is told too often is told some times a second, and the last state always', async () => {
  const clock = new FakeClock()
  let value = 0
  const told: number[] = []
  const throttle = new Throttle(clock, SECOND / 4, () => told.push(value))
  for (; value < 100; value++) {
    throttle.mark()
    await clock.advance(10)
  }
  throttle.mark()
  await clock.advance(SECOND)
  expect(told.length).toBeLessThanOrEqual(6)
  expect(told.at(-1)).toBe(100)
  throttle.mark()
  throttle.mark()
  throttle.close()
  await clock.advance(SECOND)
  expect(told.length).toBeLessThanOrEqual(7)
})
