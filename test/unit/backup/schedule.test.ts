import { describe, expect, it } from 'vitest'
import { dueAfterMs, nameOf, tooMany } from '../../../src/main/features/backup/schedule.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'

const NOW = Date.UTC(2026, 10, 21)
const account = 'k51qzi5uqu5dabcdefgh'

describe('when a backup makes itself', () => {
  it('is so long after the last one, and at once, but not with the start, where it is overdue', () => {
    expect(dueAfterMs(NOW, DAY, NOW - HOUR, false)).toBe(DAY - HOUR)
    expect(dueAfterMs(NOW, DAY, NOW - 3 * DAY, false)).toBe(MINUTE)
    expect(dueAfterMs(NOW, DAY, null, false)).toBe(MINUTE)
  })

  it('is not put off by a clock that was ahead', () => {
    expect(dueAfterMs(NOW, DAY, NOW + 365 * DAY, false)).toBe(MINUTE)
  })

  it('is an hour after one that failed, or sooner where they are made more often', () => {
    expect(dueAfterMs(NOW, DAY, NOW, true)).toBe(HOUR)
    expect(dueAfterMs(NOW, HOUR / 2, NOW, true)).toBe(HOUR / 2)
  })
})

describe('which backups go', () => {
  it('are the oldest of this account, and nothing else in the folder', () => {
    const ours = [3, 1, 2].map((day) => nameOf(account, NOW + day * DAY))
    const others = [nameOf('k51other00000000', NOW), 'Latch backup of mine.latchbackup', 'notes.txt', `${ours[0]}.part`]
    expect(tooMany([...ours, ...others], account, 2)).toEqual([nameOf(account, NOW + DAY)])
    expect(tooMany([...ours, ...others], account, 3)).toEqual([])
  })
})
