import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asked, isNarrowed, midnightOf, nothingWanted } from '../../../../src/renderer/features/search/query.ts'
import { byDay, piecesOf } from '../../../../src/renderer/features/search/snippet.ts'
import { useLast } from '../../../../src/renderer/features/search/last.ts'
import { messages } from '../../../gallery/people.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { DAY, HOUR } from '../../../../src/shared/units.ts'

describe('what is asked of the node', () => {
  it('is nothing while nothing is typed, and nothing yet for one letter', () => {
    expect(asked(nothingWanted)).toEqual({ is: 'nothing' })
    expect(asked({ ...nothingWanted, text: ' b ' })).toEqual({ is: 'short' })
    expect(asked({ ...nothingWanted, text: ' bo ' })).toEqual({ is: 'query', query: { text: 'bo' } })
  })

  it('is everything of a person or a kind where no word is typed', () => {
    const from = accountOf('Bea')
    expect(asked({ ...nothingWanted, from, kind: 'voice' })).toEqual({ is: 'query', query: { text: '', from, kind: 'voice' } })
    expect(isNarrowed({ ...nothingWanted, text: 'boat' })).toBe(false)
  })

  it('holds the whole of the last day', () => {
    const found = asked({ ...nothingWanted, since: '2026-11-20', until: '2026-11-20' })
    const { sinceMs, untilMs } = found.is === 'query' ? found.query : {}
    expect(sinceMs).toBe(new Date(2026, 10, 20).getTime())
    expect(untilMs).toBe(new Date(2026, 10, 21).getTime())
  })

  it('says that the days are the wrong way round, and takes none that is no day', () => {
    expect(asked({ ...nothingWanted, text: 'boat', since: '2026-11-21', until: '2026-11-20' })).toEqual({ is: 'backwards' })
    expect(midnightOf('soon')).toBeNull()
    expect(midnightOf('')).toBeNull()
  })
})

describe('a snippet', () => {
  it('is marked where the words stand', () => {
    expect(piecesOf({ snippet: 'the red boat', marks: [{ start: 8, end: 12 }] })).toEqual([
      { text: 'the red ', isMarked: false },
      { text: 'boat', isMarked: true },
    ])
  })

  it('is whole whatever the marks are', () => {
    const mark = fc.record({ start: fc.nat(80), end: fc.nat(80) })
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.array(mark, { maxLength: 8 }), (snippet, marks) => {
        expect(piecesOf({ snippet, marks }).map(({ text }) => text).join('')).toBe(snippet)
      }),
    )
  })

  it('stands under the day it was said on', () => {
    const said = messages('Bea', [['them', 0, 'a'], ['them', 1, 'b'], ['them', 3 * DAY, 'c'], ['them', 3 * DAY + HOUR / 4, 'd']])
    const days = byDay(said.map((message) => ({ message, snippet: message.text, marks: [] })))
    expect(days.flatMap(({ hits }) => hits.map(({ snippet }) => snippet))).toEqual(['a', 'b', 'c', 'd'])
    expect(new Set(days.map(({ dayMs }) => dayMs)).size).toBe(days.length)
  })
})

it('what was looked for last is kept once, the newest first, and no more than a few', () => {
  const { keep, forget } = useLast.getState()
  for (const text of ['a', 'b', ' a ', '  ', 'c', 'd', 'e', 'f', 'g']) keep(text)
  expect(useLast.getState().searches).toEqual(['g', 'f', 'e', 'd', 'c', 'a'])
  forget()
  expect(useLast.getState().searches).toEqual([])
})
