import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  judgeFuel,
  measureSpeed,
  type FuelVerdict,
  type Speed,
  type Tank,
} from '../../../src/main/features/reach/fuel.ts'
import { KiB, MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'

const endless: Tank = { dataBytes: null, leftBytes: null, durationMs: null, leftMs: null }

const someShare = fc.double({ min: 0, max: 1, noNaN: true })
/** In bytes a second: from a slow file to the fastest line. */
const someSpeed = fc.integer({ min: 10_000, max: 12_500_000 })

function data(dataBytes: number, leftBytes: number): Tank {
  return { ...endless, dataBytes, leftBytes }
}

function time(durationMs: number, leftMs: number): Tank {
  return { ...endless, durationMs, leftMs }
}

function judge(tank: Tank, bytesPerSecond = 0, role: 'dialler' | 'other' = 'dialler'): FuelVerdict {
  return judgeFuel(tank, { bytesPerSecond, role })
}

/** A circuit at a steady speed, looked at when the verdict says: when the next one is chosen, and what is left then. */
function drive(dataBytes: number, bytesPerSecond: number): { atMs: number; leftBytes: number; looks: number } {
  let speed: Speed | null = null
  let atMs = 0
  for (let looks = 1; ; looks += 1) {
    const leftBytes = Math.max(0, dataBytes - (bytesPerSecond * atMs) / 1_000)
    speed = measureSpeed(speed, leftBytes, atMs)
    const verdict = judge(data(dataBytes, leftBytes), speed.bytesPerSecond)
    if (verdict.verdict === 'hand-over') return { atMs, leftBytes, looks }
    atMs += verdict.lookAgainMs
  }
}

test('1 MiB at 10 MB/s: the next circuit is chosen with some 30 ms to spare', () => {
  const { leftBytes, atMs } = drive(MiB, 10_000_000)
  expect(atMs).toBeLessThan(80)
  expect(leftBytes / 10_000).toBeGreaterThan(25)
})

test('64 MiB at 10 MB/s: the next circuit is chosen when nearly half is left, some three seconds', () => {
  const { leftBytes } = drive(64 * MiB, 10_000_000)
  expect(leftBytes).toBeGreaterThan(24 * MiB)
  expect(leftBytes).toBeLessThan(30 * MiB)
})

test('a chat of 1 kB/s uses three quarters of its circuit before the next is opened', () => {
  const { leftBytes } = drive(64 * MiB, 1_000)
  expect(leftBytes).toBeGreaterThan(15.9 * MiB)
  expect(leftBytes).toBeLessThanOrEqual(16 * MiB)
})

test('of 1 MiB or more, at any speed, the next circuit is chosen before the cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: MiB, max: 64 * MiB }), someSpeed, (size, speed) => {
      expect(drive(size, speed).leftBytes).toBeGreaterThan(0)
    }),
  )
})

test('a fresh circuit is enough, however small, and however fast its first bytes went', () => {
  for (const size of [32 * KiB, 128 * KiB, MiB]) expect(judge(data(size, size - 500), 1e9).verdict).toBe('enough')
})

test('when the next is opened, it may carry twice as much as is left: open work moves to it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 64 * KiB, max: 64 * MiB }), someShare, (size, left) => {
      const leftBytes = Math.floor(size * left)
      const verdict = judge(data(size, leftBytes), 12_500_000)
      // The handshake of the new one takes some 1 KiB of it.
      if (verdict.verdict === 'hand-over') expect(size - KiB).toBeGreaterThanOrEqual(2 * leftBytes)
    }),
  )
})

test('time: a tenth, and no less than 15 s, and no more than nearly half of it', () => {
  expect(judge(time(30 * MINUTE, 3 * MINUTE + 1)).verdict).toBe('enough')
  expect(judge(time(30 * MINUTE, 3 * MINUTE))).toEqual({ verdict: 'hand-over', why: 'little time left' })
  expect(judge(time(MINUTE, 16 * SECOND)).verdict).toBe('enough')
  expect(judge(time(MINUTE, 15 * SECOND)).verdict).toBe('hand-over')
  expect(judge(time(10 * SECOND, 5 * SECOND)).verdict).toBe('enough')
})

test('the side that did not dial waits until the last third of what is left at the threshold', () => {
  expect(judge(data(64 * MiB, 16 * MiB), 0, 'dialler').verdict).toBe('hand-over')
  expect(judge(data(64 * MiB, 16 * MiB), 0, 'other').verdict).toBe('enough')
  expect(judge(data(64 * MiB, 5 * MiB), 0, 'other').verdict).toBe('hand-over')
  expect(judge(time(30 * MINUTE, 2 * MINUTE), 0, 'other').verdict).toBe('enough')
  expect(judge(time(30 * MINUTE, MINUTE), 0, 'other').verdict).toBe('hand-over')
})

test('a circuit without limits is always enough, and one whose time is over never', () => {
  expect(judge(endless, 1e9)).toEqual({ verdict: 'enough', lookAgainMs: SECOND })
  expect(judge(time(MINUTE, -5)).verdict).toBe('hand-over')
  expect(judge(data(MiB, 0)).verdict).toBe('hand-over')
})

test('how soon it is looked at again is between 20 ms and a second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 * MiB }), someShare, (size, left) => {
      const verdict = judge(data(size, Math.floor(size * left)))
      if (verdict.verdict === 'hand-over') return
      expect(verdict.lookAgainMs).toBeGreaterThanOrEqual(20)
      expect(verdict.lookAgainMs).toBeLessThanOrEqual(SECOND)
    }),
  )
})

test('the speed is that of the last look, and fades once nothing is sent', () => {
  let speed = measureSpeed(null, 1_000_000, 0)
  expect(speed.bytesPerSecond).toBe(0)
  speed = measureSpeed(speed, 900_000, 100)
  expect(speed.bytesPerSecond).toBe(1_000_000)
  speed = measureSpeed(speed, 900_000, 1_100)
  expect(speed.bytesPerSecond).toBe(500_000)
  expect(measureSpeed(speed, 800_000, 1_109)).toBe(speed)
  // A count that went up is no speed.
  expect(measureSpeed(speed, 950_000, 2_100).bytesPerSecond).toBe(250_000)
})
