import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isVague, placesOf, queryOf, termsOf } from '../../../../src/main/features/chat/search/asked.ts'
import { snippetOf } from '../../../../src/main/features/chat/search/snippet.ts'
import { wordsOf } from '../../../../src/main/features/chat/search/words.ts'

const words = (text: string): string[] => wordsOf(text).map(({ word }) => word)

describe('words', () => {
  it('have no case and no accents', () => {
    expect(words('Crème BRÛLÉE, Straße!')).toEqual(['creme', 'brulee', 'strasse'])
    expect(words('Ångström Łódź Ørsted')).toEqual(['angstrom', 'lodz', 'orsted'])
    expect(words('שָׁלוֹם')).toEqual(words('שלום'))
  })

  it('are single signs where a script puts no spaces', () => {
    expect(words('我们明天见')).toEqual(['我', '们', '明', '天', '见'])
    expect(words('iPhone手机 15')).toEqual(['iphone', '手', '机', '15'])
    expect(words('สวัสดี').length).toBeGreaterThan(3)
  })

  it('are what stands at their place in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const { word, start, end } of wordsOf(text)) {
          expect(word).not.toBe('')
          expect(word).not.toMatch(/[\s"\uE000]/u)
          expect(words(text.slice(start, end)).join('')).toBe(word)
        }
      }),
    )
  })

  it('hold no spaces, also where one sign falls apart into many words', () => {
    expect(words('ﷺ')).toEqual(['صلىاللهعليهوسلم'])
  })

  it('of 100,000 letters are cut', () => {
    expect(words('x'.repeat(100_000))).toEqual(['x'.repeat(64)])
  })
})

describe('what is asked for', () => {
  it('is words in any order, the last of them as it is typed', () => {
    expect(termsOf('Hello wor')).toEqual([
      { words: ['hello'], open: false },
      { words: ['wor'], open: true },
    ])
    expect(termsOf('hello ')).toEqual([{ words: ['hello'], open: false }])
  })

  it('keeps together what is quoted or has no space within', () => {
    expect(termsOf('"good morning" don\'t')).toEqual([
      { words: ['good', 'morning'], open: false },
      { words: ['don', 't'], open: true },
    ])
    expect(termsOf('明天')).toEqual([{ words: ['明', '天'], open: true }])
  })

  it.each(['"', '""', 'NEAR(a b, 1)', 'a OR b', '* ^ : { } -', 'words:x', 'a" OR "b', "'; DROP TABLE chat_words; --", '-1', '\uE000c1', '('.repeat(256)])(
    'holds nothing of a query language: %s',
    (text) => {
      const query = queryOf(termsOf(text), [])
      expect(query).toMatch(/^("[\p{L}\p{N}\p{M} ]+"\*?( AND )?)*$/u)
    },
  )

  it('asks the index for no single letter that is the beginning of a word', () => {
    const terms = termsOf('hello w')
    expect(queryOf(terms, [])).toBe('"hello"')
    expect(terms.filter(isVague)).toEqual([{ words: ['w'], open: true }])
    expect(placesOf({ words: ['w'], open: true }, ['hello', 'world'])).toEqual([{ from: 1, to: 2 }])
    expect(queryOf(termsOf('天'), [])).toBe('"天"*')
  })
})

describe('a snippet', () => {
  it('marks what was found, whatever stands around it', () => {
    const { snippet, marks } = snippetOf('Say <mark>hello</mark> to the\nWORLD, héllo', [], termsOf('hello wor'))
    expect(marks.map(({ start, end }) => snippet.slice(start, end))).toEqual(['hello', 'WORLD', 'héllo'])
    expect(snippet).toContain('<mark>hello</mark> to the WORLD')
  })

  it('of a long text is around the first of it', () => {
    const text = `${'once upon a time '.repeat(100)}needle${' and more'.repeat(100)}`
    const { snippet, marks } = snippetOf(text, [], termsOf('needle'))
    expect(snippet.length).toBeLessThan(170)
    expect(snippet.startsWith('…') && snippet.endsWith('…')).toBe(true)
    expect(marks.map(({ start, end }) => snippet.slice(start, end))).toEqual(['needle'])
  })

  it('is of the names of files where the text holds none of it', () => {
    const { snippet, marks } = snippetOf('look at this', ['holiday-rome.jpg'], termsOf('rome'))
    expect(snippet).toBe('holiday-rome.jpg')
    expect(marks).toEqual([{ start: 8, end: 12 }])
  })

  it('has marks that lie within it and do not overlap, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), fc.string({ unit: 'grapheme', maxLength: 20 }), (text, asked) => {
        const { snippet, marks } = snippetOf(text, [], termsOf(asked))
        expect(snippet.isWellFormed()).toBe(true)
        let last = 0
        for (const { start, end } of marks) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(snippet.length)
          last = end
        }
      }),
    )
  })
})
