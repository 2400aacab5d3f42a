import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { measureLoopDelay } from '../../../src/main/platform/loop-delay.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

/** Stands for the histogram: what it says is set by the test, in ms above the resolution. */
function histogram(): { lateMs: number; running: boolean } & Parameters<typeof measureLoopDelay>[1] & object {
  return {
    lateMs: 0,
    running: false,
    enable() {
      return (this.running = true)
    },
    disable() {
      this.running = false
      return true
    },
    reset() {
      this.lateMs = 0
    },
    percentile() {
      return (20 + this.lateMs) * 1e6
    },
  }
}

describe('the delay of the event loop', () => {
  it('is seen when something blocks the loop', async () => {
    const delay = measureLoopDelay(systemClock)
    await eventually('a blocked loop', () => {
      const untilMs = performance.now() + 30
      while (performance.now() < untilMs);
      return delay.p99Ms() > 10
    })
    delay.stop()
  })

  it('remembers the worst of the last minute, and forgets it after', async () => {
    const clock = new FakeClock()
    const source = histogram()
    const delay = measureLoopDelay(clock, source)
    source.lateMs = 80
    expect(delay.p99Ms()).toBe(80)
    await clock.advance(50_000)
    expect(delay.p99Ms()).toBe(80)
    await clock.advance(11_000)
    expect(delay.p99Ms()).toBe(0)
  })

  it('stops measuring when told', async () => {
    const clock = new FakeClock()
    const source = histogram()
    const delay = measureLoopDelay(clock, source)
    expect(source.running).toBe(true)
    delay.stop()
    expect(source.running).toBe(false)
  })
})
