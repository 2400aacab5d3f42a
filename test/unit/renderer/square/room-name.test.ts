import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRoomName } from '../../../../src/renderer/features/square/room-name.ts'
import { RoomName } from '../../../../src/shared/model/square.ts'

test.each([
  ['lobby', 'lobby'],
  [' lobby ', 'lobby'],
  ['a', 'a'],
  ['2nd-floor', '2nd-floor'],
])('%j is the name %j', (typed, name) => {
  expect(readRoomName(typed)).toEqual({ is: 'name', name })
})

test.each([
  ['Harbour Talk', 'harbour-talk'],
  ['Gärtnern & Boote', 'gartnern-boote'],
  ['#lobby', 'lobby'],
  ['-lobby-', 'lobby'],
  ['under_score', 'under-score'],
])('%j is none, and %j could have been meant', (typed, like) => {
  expect(readRoomName(typed)).toEqual({ is: 'no-name', why: 'bad', like })
})

test('one that is too long is said to be too long, and one without a letter is like nothing', () => {
  expect(readRoomName('x'.repeat(33))).toEqual({ is: 'no-name', why: 'long', like: 'x'.repeat(32) })
  expect(readRoomName('???')).toEqual({ is: 'no-name', why: 'bad', like: null })
  expect(readRoomName('  ')).toEqual({ is: 'nothing' })
})

test('whatever is typed, what is suggested is a name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (typed) => {
      const read = readRoomName(typed)
      const name = read.is === 'name' ? read.name : read.is === 'no-name' ? read.like : null
      expect(name === null || RoomName.safeParse(name).success).toBe(true)
    }),
    { numRuns: 500 },
  )
})
