import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { complete, type Candidate } from '../../../src/main/features/browse/remembered/complete.ts'
import { MAX_COMPLETIONS } from '../../../src/main/features/browse/limits.ts'
import { DAY } from '../../../src/shared/units.ts'

const nowMs = Date.UTC(2026, 0, 1)
const of = (kind: Candidate['kind'], url: string, text = '', more: Partial<Candidate> = {}): Candidate => ({ url, kind, text, tab: null, visits: 0, lastMs: null, ...more })
const visited = (url: string, visits: number, daysAgo: number, text = ''): Candidate => of('history', url, text, { visits, lastMs: nowMs - daysAgo * DAY })
const urls = (typed: string, candidates: readonly Candidate[]): string[] => complete(typed, candidates, 'peer', nowMs).map(({ url }) => url.replace('peer://', ''))

describe('completion', () => {
  const contact = of('contact', 'peer://alice.peer/', 'Alice Ångström')
  const bookmark = of('bookmark', 'peer://carol.peer/alice', 'Photos of Alice')

  test('puts what begins with it before what contains it, and what was typed last, while it is no whole address', () => {
    expect(urls('ali', [bookmark, contact, visited('peer://natalie.peer/', 90, 0)])).toEqual(['alice.peer/', 'carol.peer/alice', 'natalie.peer/', 'ali.peer/'])
  })

  test('puts a whole address first, as what is known of it', () => {
    const [first, ...rest] = complete('alice.peer', [contact, visited('peer://alice.peer/blog', 9, 1)], 'peer', nowMs)
    expect(first).toEqual({ url: 'peer://alice.peer/', kind: 'contact', text: 'Alice Ångström', tab: null })
    expect(rest.map(({ url }) => url)).toEqual(['peer://alice.peer/blog'])
    expect(complete('new.peer/x', [contact], 'peer', nowMs)[0]).toEqual({ url: 'peer://new.peer/x', kind: 'address', text: '', tab: null })
  })

  test('finds a contact by a word of what they are called, and a page by its title', () => {
    expect(urls('ångs', [contact])).toEqual(['alice.peer/'])
    expect(urls('photos', [bookmark])).toEqual(['carol.peer/alice', 'photos.peer/'])
  })

  test('prefers what was visited often, and lately', () => {
    const pages = [visited('peer://a1.peer/', 2, 0), visited('peer://a2.peer/', 40, 1), visited('peer://a3.peer/', 40, 365)]
    expect(urls('a', pages).slice(0, 3)).toEqual(['a2.peer/', 'a1.peer/', 'a3.peer/'])
  })

  test('shows one address once, as an open tab before all else', () => {
    const url = 'peer://alice.peer/'
    const found = complete('alice', [visited(url, 3, 1, 'Home'), of('tab', url, 'Home'), contact], 'peer', nowMs)
    expect(found.map(({ kind }) => kind)).toEqual(['tab'])
  })

  test('takes the scheme and the @ for nothing', () => {
    for (const typed of ['peer://ali', '@ali', 'ALI']) expect(urls(typed, [contact])[0]).toBe('alice.peer/')
  })

  test('without a word offers what is likely', () => {
    expect(urls('', [visited('peer://a1.peer/', 1, 0), contact])).toEqual(['alice.peer/', 'a1.peer/'])
  })

  test('is short, without doubles, and the same in whatever order things are known', () => {
    const candidate = fc.record({ n: fc.nat(20), kind: fc.constantFrom('tab', 'contact', 'bookmark', 'history', 'own'), visits: fc.nat(50), days: fc.nat(400) })
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 60 }), fc.constantFrom('', 'a', 'a1', 'peer', 'a1.peer', 'x'), (all, typed) => {
        const candidates = all.map(({ n, kind, visits, days }) => of(kind, `peer://a${n}.peer/`, 'A', { visits, lastMs: nowMs - days * DAY }))
        const found = complete(typed, candidates, 'peer', nowMs)
        expect(found.length).toBeLessThanOrEqual(MAX_COMPLETIONS)
        expect(new Set(found.map(({ url }) => url)).size).toBe(found.length)
        expect(complete(typed, candidates.toReversed(), 'peer', nowMs)).toEqual(found)
      }),
    )
  })
})
