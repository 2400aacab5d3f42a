import { describe, expect, test } from 'vitest'
import { de } from '../../../src/renderer/messages/de.ts'
import { en } from '../../../src/renderer/messages/en.ts'
import { roomy, sameParts, sameWords } from './same.ts'
import { collect, readSpoken } from './spoken.ts'
import { formOf, placeholdersOf, sentencesOf, stemOf, tagsOf } from './words.ts'

const english = sentencesOf(en)
const spoken = readSpoken()

describe.each([['German', 'de', sentencesOf(de), sameWords] as const])('%s', (_, language, sentences, same) => {
  test('has every sentence that English has, and no other', () => {
    const stems = (all: ReadonlyMap<string, string>): string[] => [...new Set([...all.keys()].map(stemOf))].toSorted()
    expect(stems(sentences)).toEqual(stems(english))
  })

  test('has each form of its plurals, and says of nothing at all what English says of it', () => {
    const forms = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories]
    const plural = [...english.keys()].filter((key) => formOf(key) === 'other').map(stemOf)
    expect(plural.length).toBeGreaterThan(50)
    const wanted = plural.flatMap((stem) => forms.map((form) => `${stem}_${form}`))
    const zero = [...english.keys()].filter((key) => formOf(key) === 'zero')
    expect([...wanted, ...zero].filter((key) => !sentences.has(key))).toEqual([])
    expect([...sentences.keys()].filter((key) => formOf(key) !== null && ![...wanted, ...zero].includes(key))).toEqual([])
  })

  test('puts into each sentence what English puts into it', () => {
    const wrong = [...sentences].filter(([key, text]) => {
      const form = formOf(key)
      const like = english.get(key) ?? english.get(`${stemOf(key)}_other`) ?? ''
      const [given, wanted] = [placeholdersOf(text), placeholdersOf(like)]
      // "One message" needs no figure, nor does "no message".
      const isCount = (inside: string): boolean => (form === 'one' || form === 'zero') && /^count\b/.test(inside)
      const without = (all: string[]): string => all.filter((inside) => !isCount(inside)).join(' ')
      return without(given) !== without(wanted) || tagsOf(text).join(' ') !== tagsOf(like).join(' ')
    })
    expect(wrong).toEqual([])
  })

  test('leaves nothing in English but words that are the same in both', () => {
    const left = [...sentences].filter(
      ([key, text]) => text === english.get(key) && !same.includes(text) && /\p{L}/u.test(text.replace(sameParts, '')),
    )
    expect(left).toEqual([])
  })

  test('is short where it stands on a button', () => {
    const SHORT_CHARACTERS = 18
    const long = [...spoken.onButtons]
      .flatMap((stem) => [stem, `${stem}_one`, `${stem}_other`])
      .map((key) => ({ key, text: sentences.get(key) ?? '', like: english.get(key) ?? '' }))
      .filter(({ text, like }) => text.length > SHORT_CHARACTERS && text.length > like.length * 1.8)
      .map(({ key }) => key)
    expect(long).toEqual(roomy)
  })
})

describe('the window', () => {
  test('says nothing that is not in the catalogue, but for examples of what is typed', () => {
    expect(spoken.loose).toEqual([
      'renderer/features/names/ClaimForm.tsx: alice',
      'renderer/features/names/RecordFields.tsx: 12D3KooW…',
      'renderer/features/settings/Programs.tsx: app:',
    ])
  })

  test('has its words on many buttons, so that the test of their length looks at something', () => {
    expect(spoken.onButtons.size).toBeGreaterThan(150)
  })

  test('is heard where it would say something of its own', () => {
    const found = { loose: [], onButtons: new Set<string>() }
    collect('a.tsx', `const a = <p title="Some words">Hello <Button>{t('chats.title')}</Button></p>`, found)
    expect(found).toEqual({ loose: ['a.tsx: Some words', 'a.tsx: Hello'], onButtons: new Set(['chats.title']) })
  })
})
