import { expect, test } from 'vitest'
import { account, type Said } from '../../soak/accounts.ts'
import { flatness, judge, trendOf, type Moment } from '../../soak/figures.ts'

const written = [
  { words: 'one', isPromised: true },
  { words: 'two', isPromised: false },
  { words: 'three', isPromised: true },
]
const book = { from: 'ana', to: 'bea', written }
const mine = (...texts: string[]): Said[] => texts.map((text) => ({ mine: true, text, state: 'delivered' }))
const theirs = (...texts: string[]): Said[] => texts.map((text) => ({ mine: false, text, state: 'received' }))

test('what was promised and lies on both sides in its order is accounted for, with what was cut off or without it', () => {
  expect(account(book, mine('one', 'three'), theirs('one', 'three'))).toEqual([])
  expect(account(book, [...mine('one', 'two', 'three'), ...theirs('else')], [...theirs('one', 'two', 'three'), ...mine('else')])).toEqual([])
})

test.each([
  ['lost there', mine('one', 'three'), theirs('one'), /at bea: “three” is lost/],
  ['lost here', mine('three'), theirs('one', 'three'), /at ana: “one” is lost/],
  ['doubled', mine('one', 'three'), theirs('one', 'three', 'three'), /at bea: “three” is there twice/],
  ['out of order', mine('one', 'three'), theirs('three', 'one'), /at bea: “one” is out of order/],
  ['made up', mine('one', 'three'), theirs('one', 'three', 'four'), /nobody wrote “four”/],
  ['half of what was cut off', mine('one', 'two', 'three'), theirs('one', 'three'), /the two sides hold other messages, 3 and 2/],
  ['not said to be delivered', [...mine('one'), { mine: true, text: 'three', state: 'queued' }], theirs('one', 'three'), /“three” is queued/],
])('%s is found', (_what, here, there, why) => {
  expect(account(book, here, there).join('\n')).toMatch(why)
})

/** Noise that is the same each time, with a mean of nought. */
const noise = (index: number): number => Math.sin(index * 12.9898) * 0.5
const hours = Array.from({ length: 60 }, (_, index) => index / 720)

test('a slope is found in spite of noise, and its give holds it', () => {
  const trend = trendOf(hours.map((hour, index) => ({ hours: hour, value: 100 + 40 * hour + noise(index) })))
  expect(Math.abs((trend?.perHour ?? 0) - 40)).toBeLessThan(trend?.give ?? 0)
  expect(judge({ perHour: 40, give: 5 }, 30)).toBe('grows')
  expect(judge({ perHour: 20, give: 5 }, 30)).toBe('flat')
  expect(judge({ perHour: 20, give: 15 }, 30)).toBe('open')
  expect(judge({ perHour: 40, give: 15 }, 30)).toBe('open')
})

test('what goes with messages is told from what goes with time, where the two do not go together', () => {
  let messages = 0
  const points = hours.map((hour, index) => {
    messages += index % 20 < 10 ? 30 : 2
    return { hours: hour, by: messages, value: 5 + 0.001 * messages + 6 * hour }
  })
  const trend = trendOf(points)
  expect(trend?.perBy).toBeCloseTo(0.001, 6)
  expect(trend?.perHour).toBeCloseTo(6, 3)
  expect(trendOf(points.slice(0, 4))).toBe(null)
})

test('only the second half counts, and one that leaks is named', () => {
  const moment = (index: number): Moment => ({
    rssBytes: 2e8, heapBytes: 5e7 + noise(index) * 1e5, handles: 20 + index, descriptors: 40, databaseBytes: 1e6 + index * 500, walBytes: 0, connections: 3,
    atMs: index * 5_000, messages: index % 10 < 5 ? index * 2 : index * 3,
  })
  const figures = flatness('ana', Array.from({ length: 120 }, (_, index) => moment(index)), 300_000)
  expect(figures.map(({ what, verdict }) => [what, verdict])).toEqual([
    ['memory (RSS)', 'flat'],
    ['heap after collection', 'flat'],
    ['handles', 'grows'],
    ['descriptors', 'flat'],
    ['database beside messages', 'flat'],
  ])
  expect(figures[0]?.samples).toBe(60)
})
