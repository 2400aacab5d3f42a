import { expect, test } from 'vitest'
import { gridOf } from '../../../../src/renderer/features/ledger/rounds-view.ts'
import { blockIdOf, nothing, quick, slotRounds, type Marked } from '../../../gallery/ledger-parts.ts'

test('a slot is drawn with its validators down and its t + 1 rounds across', () => {
  const grid = gridOf(quick(1, 7))
  expect(grid.rounds).toBe(2)
  expect(grid.rows.map(({ rounds, commits }) => [rounds.map((marks) => marks.length), commits.length])).toEqual([
    [[1, 0], 1],
    [[1, 0], 1],
    [[1, 0], 1],
    [[1, 0], 1],
  ])
  expect(grid.rows.map(({ isLeader }) => isLeader)).toEqual([false, true, false, false])
})

test('letters go by when a block was seen first', () => {
  const grid = gridOf(
    slotRounds(3, [
      [0, 'first', 'later', 1, 90],
      [3, 'first', 'sooner', 1, 2],
    ]),
  )
  expect(grid.values).toEqual([
    { letter: 'A', block: blockIdOf('sooner') },
    { letter: 'B', block: blockIdOf('later') },
  ])
  expect(grid.rows[0]?.rounds[0]?.map(({ letter }) => letter)).toEqual(['B'])
})

test('a mark stands in its round where it came, and one before the slot began at its beginning', () => {
  const grid = gridOf(
    slotRounds(3, [
      [3, 'first', 7, 1, -4],
      [1, 'first', 7, 2, 625],
    ]),
  )
  expect(grid.rows[3]?.rounds[0]?.[0]?.share).toBe(0)
  expect(grid.rows[1]?.rounds[1]?.[0]?.share).toBeCloseTo(0.25)
})

test('what came after the last round stands apart', () => {
  const grid = gridOf(slotRounds(3, [[1, 'first', 7, 3, 1_190]]))
  expect(grid.hasLate).toBe(true)
  expect(grid.rows[1]?.late).toHaveLength(1)
  expect(gridOf(quick(1, 7)).hasLate).toBe(false)
})

test('the line of the decision stands in its round, and after the last one where all of them had to pass', () => {
  expect(gridOf(quick(1, 7)).decided).toEqual({ round: 1, share: 57.2 / 500, offsetMs: 57.2 })
  expect(gridOf(nothing(4, 'Nobody proposed.')).decided).toEqual({ round: 3, share: 0, offsetMs: 1_000 })
  expect(gridOf(slotRounds(3, [])).decided).toBeNull()
})

test('of many rounds those that were not needed are drawn narrow; of a few, and of an open slot, none is', () => {
  expect(gridOf(quick(1, 7)).idleFrom).toBe(3)
  expect(gridOf(quick(1, 7, { faults: 5 })).idleFrom).toBe(2)
  const second: Marked[] = [[1, 'second', 8, 4, 1_600]]
  const slow = slotRounds(1, second, { faults: 5, outcome: { decision: 'nothing', why: 'Two blocks.', offsetMs: 3_000 } })
  expect(gridOf(slow).idleFrom).toBe(7)
  expect(gridOf(slotRounds(1, second, { faults: 5 })).idleFrom).toBe(7)
})
