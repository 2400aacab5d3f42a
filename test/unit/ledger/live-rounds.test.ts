import { expect, test } from 'vitest'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { openRounds, withEvent } from '../../../src/main/features/ledger/live/rounds.ts'
import type { AgreementEvent } from '../../../src/main/features/ledger/types.ts'
import { person, START_MS, townGenesis } from './town.ts'

const roster = townGenesis({}, ['leader', 'bob', 'carol', 'dan'], 1)
const parent = { id: '00'.repeat(32), height: 0, slot: -1, timestampMs: START_MS }
const open = openRounds({ slot: 4, startMs: START_MS, roundMs: 500, roster, parent }, peerIdOf(person('bob').account))

function signed(by: number, saying: 'first' | 'second' | 'commit', offsetMs: number, id = 'aa'.repeat(32)): AgreementEvent {
  return { event: 'signed', slot: 4, parent: parent.id, by, saying, round: 1, id, offsetMs }
}

test('a signature stands once in a grid, where it was seen first, however often it comes', () => {
  // With a quorum, and then once more with the block itself.
  const heard = [signed(0, 'first', 196), signed(2, 'first', 309), signed(2, 'first', 445), signed(2, 'commit', 446)]
  expect(heard.reduce(withEvent, open).marks.map(({ by, saying, offsetMs }) => [by, saying, offsetMs])).toEqual([
    [0, 'first', 196],
    [2, 'first', 309],
    [2, 'commit', 446],
  ])
})

test('two blocks of one validator are two marks', () => {
  const heard = [signed(0, 'first', 1), signed(0, 'first', 2, 'bb'.repeat(32)), signed(0, 'second', 3)]
  expect(heard.reduce(withEvent, open).marks).toHaveLength(3)
})
