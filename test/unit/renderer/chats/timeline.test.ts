import { expect, test } from 'vitest'
import { listEntries } from '../../../../src/renderer/features/chats/list-entries.ts'
import { looksLikeAddress } from '../../../../src/renderer/features/chats/StartChat.tsx'
import { placeOf } from '../../../../src/renderer/features/chats/timeline.ts'
import { duration } from '../../../../src/renderer/features/chats/TracePanel.tsx'
import { DAY, HOUR, MINUTE } from '../../../../src/shared/units.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { conversation, messages, person, type Said } from '../../../gallery/people.ts'

const noon = new Date(2026, 5, 10, 12).getTime()
/** Messages at these distances from noon. */
const said = (...lines: [who: 'me' | 'them', afterMs: number][]) =>
  messages('Bea', lines.map(([who]): Said => [who, 0, 'x'])).map((message, index) => ({
    ...message,
    sentMs: noon + (lines[index]?.[1] ?? 0),
    storedMs: noon + (lines[index]?.[1] ?? 0),
  }))

test('a day begins with its first message', () => {
  const list = said(['me', 0], ['me', MINUTE], ['me', DAY])
  expect(list.map((_, index) => placeOf(list, index, null).newDay)).toEqual([true, false, true])
})

test('a place that stays what it was is the same one, so that nothing is drawn anew', () => {
  const list = said(['me', 0], ['me', MINUTE], ['them', 2 * MINUTE])
  const places = list.map((_, index) => placeOf(list, index, null))
  for (const [index, place] of places.entries()) expect(placeOf([...list], index, null)).toBe(place)
})

test('messages of one person within a few minutes belong together', () => {
  const list = said(['me', 0], ['me', MINUTE], ['them', 2 * MINUTE], ['them', 30 * MINUTE])
  expect(list.map((_, index) => placeOf(list, index, null).opens)).toEqual([true, false, true, true])
  expect(list.map((_, index) => placeOf(list, index, null).closes)).toEqual([false, true, true, true])
})

test('what happened in a group stands alone, and what its author says next has their name', () => {
  const list = said(['them', 0], ['them', 1], ['them', 2]).map((message, index) => (index === 1 ? { ...message, kind: 'notice' as const } : message))
  expect(list.map((_, index) => placeOf(list, index, null).opens)).toEqual([true, true, true])
  expect(list.map((_, index) => placeOf(list, index, null).closes)).toEqual([true, true, true])
})

test('the first new message opens a group of its own', () => {
  const list = said(['them', 0], ['them', MINUTE])
  expect(placeOf(list, 0, 2).closes).toBe(true)
  expect(placeOf(list, 1, 2)).toMatchObject({ firstNew: true, opens: true })
})

test('a message the list does not hold has no neighbours', () => {
  expect(placeOf([], 3, null)).toEqual({ newDay: false, firstNew: false, opens: true, closes: true })
})

test('people without a conversation come below those with one: near, known, met, and nobody blocked', () => {
  const people = ['Zoe', 'Ana', 'Bea', 'Eve', 'Jo'].map((name) =>
    person(name, name === 'Eve' ? { blocked: true } : name === 'Ana' ? { petname: null } : {}),
  )
  const talk = conversation('Bea', [])
  const entries = listEntries(
    new Map([[talk.id, talk]]),
    new Map(people.map((person) => [person.account, person])),
    (account) => account === accountOf('Zoe'),
  )
  expect(entries.map((entry) => (entry.kind === 'label' ? 'label' : entry.account))).toEqual([
    accountOf('Bea'),
    'label',
    accountOf('Zoe'),
    accountOf('Jo'),
    accountOf('Ana'),
  ])
})

test('a duration is said in the unit that fits it', () => {
  const said = [3, 999, 1_240, 99_000, 5 * MINUTE, 90 * HOUR].map(duration)
  expect(said).toEqual(['3 ms', '999 ms', '1.2 s', '99.0 s', '5 min', '90 h'])
})

test('what can lead to somebody new is told from a name', () => {
  expect(['/ip4/192.0.2.1/tcp/1', ' latch://invite/abc', '12D3KooWabc'].every(looksLikeAddress)).toBe(true)
  expect(['Bea', 'Quentin', '', 'Qm'].some(looksLikeAddress)).toBe(false)
})
