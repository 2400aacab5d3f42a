import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_STANDINGS } from '../../../src/main/features/door/limits.ts'
import { standingOf, untouched, worsened, type Conduct } from '../../../src/main/features/door/reputation.ts'
import { Standings } from '../../../src/main/features/door/standings.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'

const after = (points: number[], nowMs = 0): Conduct =>
  points.reduce((conduct, each) => worsened(conduct, { why: 'nonsense', points: each }, nowMs), untouched)
const peer = (n: number): PeerId =>
  PeerId.parse(`12D3KooW${Array.from(n.toString().padStart(44, '0'), (digit) => 'ABCDEFGHJK'[Number(digit)]).join('')}`)

describe('reputation', () => {
  test('falls from good through throttled and disconnected to banned', () => {
    const words = [[], [30], [31], [60], [61], [90], [91]].map((points) => standingOf(after(points), 0).standing)
    expect(words).toEqual(['good', 'good', 'throttled', 'throttled', 'disconnected', 'disconnected', 'banned'])
  })

  test('heals a point a minute', () => {
    const conduct = after([50])
    expect(standingOf(conduct, 20 * MINUTE)).toMatchObject({ score: 70, standing: 'good' })
    expect(standingOf(conduct, 50 * MINUTE).score).toBe(100)
  })

  test('a ban lasts an hour, however the score heals, and an offence that would ban again begins it anew', () => {
    expect(standingOf(after([100]), HOUR - 1).standing).toBe('banned')
    expect(standingOf(after([100]), HOUR).standing).toBe('throttled')
    const again = worsened(after([100]), { why: 'again', points: 50 }, 30 * MINUTE)
    expect(standingOf(again, HOUR + 30 * MINUTE - 1).standing).toBe('banned')
    expect(standingOf(again, HOUR + 30 * MINUTE).standing).not.toBe('banned')
  })

  test('tells the eight latest reasons, newest first', () => {
    const conduct = Array.from({ length: 20 }, (_, n) => n).reduce(
      (before, n) => worsened(before, { why: `reason ${n}`, points: 1 }, n),
      untouched,
    )
    expect(conduct.reasons.map(({ why }) => why)).toEqual([19, 18, 17, 16, 15, 14, 13, 12].map((n) => `reason ${n}`))
  })

  test('never leaves 0 to 100, falls with each offence and only rises with time', () => {
    const offences = fc.array(fc.record({ points: fc.integer({ min: -5, max: 200 }), pauseMs: fc.nat(2 * HOUR) }), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(offences, (history) => {
        let [conduct, nowMs] = [untouched, 0]
        for (const { points, pauseMs } of history) {
          const settled = standingOf(conduct, nowMs).score
          nowMs += pauseMs
          const healed = standingOf(conduct, nowMs).score
          conduct = worsened(conduct, { why: '', points }, nowMs)
          const { score } = standingOf(conduct, nowMs)
          expect(healed).toBeGreaterThanOrEqual(settled)
          expect(score).toBeLessThanOrEqual(healed)
          expect(score).toBeGreaterThanOrEqual(0)
          expect(score).toBeLessThanOrEqual(100)
        }
      }),
    )
  })

  test('remembers the worst when strangers flood it with new ids', () => {
    const standings = new Standings(() => 0)
    standings.lower(peer(0), 'forged', 100)
    for (let n = 1; n < 2.5 * MAX_STANDINGS; n++) standings.lower(peer(n), 'clumsy', 1)
    expect(standings.of(peer(0)).standing).toBe('banned')
  })
})
