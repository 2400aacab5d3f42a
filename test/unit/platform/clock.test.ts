import { afterEach, describe, expect, it, vi } from 'vitest'
import { deadline, DeadlineError, delay, systemClock } from '../../../src/main/platform/clock.ts'
import { DAY } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

afterEach(() => void vi.useRealTimers())

describe('the system clock', () => {
  it('tells the time, and a time that only grows', () => {
    expect(Math.abs(systemClock.nowMs() - Date.now())).toBeLessThan(1_000)
    const before = systemClock.monotonicMs()
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(before)
  })

  it('waits longer than Node’s timers can, in legs', () => {
    vi.useFakeTimers()
    let ran = 0
    systemClock.after(60 * DAY, () => (ran += 1))
    vi.advanceTimersByTime(60 * DAY - 1)
    expect(ran).toBe(0)
    vi.advanceTimersByTime(1)
    expect(ran).toBe(1)
  })

  it('can be told not to wait any more, in a later leg too', () => {
    vi.useFakeTimers()
    let ran = 0
    const cancel = systemClock.after(60 * DAY, () => (ran += 1))
    vi.advanceTimersByTime(40 * DAY)
    cancel()
    vi.advanceTimersByTime(40 * DAY)
    expect(ran).toBe(0)
  })

  it('runs at once what is due already', () => {
    vi.useFakeTimers()
    let ran = 0
    systemClock.after(-5, () => (ran += 1))
    vi.advanceTimersByTime(0)
    expect(ran).toBe(1)
  })
})

describe('a delay', () => {
  it('ends after its time', async () => {
    const clock = new FakeClock()
    let ended = false
    const waiting = delay(clock, 100).then(() => (ended = true))
    await clock.advance(99)
    expect(ended).toBe(false)
    await clock.advance(1)
    await waiting
  })

  it('ends early with its signal’s reason, before or while it waits', async () => {
    const clock = new FakeClock()
    const why = new Error('enough')
    await expect(delay(clock, 100, AbortSignal.abort(why))).rejects.toBe(why)
    const controller = new AbortController()
    const waiting = delay(clock, 100, controller.signal)
    controller.abort(why)
    await expect(waiting).rejects.toBe(why)
  })
})

describe('a deadline', () => {
  it('aborts its signal after its time, saying what took too long', async () => {
    const clock = new FakeClock()
    const { signal } = deadline(clock, 5_000, 'the guard')
    await clock.advance(4_999)
    expect(signal.aborted).toBe(false)
    await clock.advance(1)
    expect(signal.reason).toBeInstanceOf(DeadlineError)
    expect(String(signal.reason)).toContain('the guard took longer than 5000 ms')
  })

  it('aborts with its parent, and not at all once it is released', async () => {
    const clock = new FakeClock()
    const parent = new AbortController()
    const child = deadline(clock, 5_000, 'x', parent.signal)
    parent.abort(new Error('enough'))
    expect(child.signal.reason).toMatchObject({ message: 'enough' })
    const released = deadline(clock, 5_000, 'x')
    released.release()
    await clock.advance(10_000)
    expect(released.signal.aborted).toBe(false)
  })
})
