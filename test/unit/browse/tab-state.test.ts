import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Tab, TabId, type OpenFailure } from '../../../src/shared/model/browse.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { siteOf } from '../../../src/main/features/browse/address.ts'
import { MAX_ROW } from '../../../src/main/features/browse/limits.ts'
import { backStep, forwardStep, isPageSeen, shownTab } from '../../../src/main/features/browse/tabs/shown.ts'
import { entryOf, newTab, reduce, type TabEvent, type TabState } from '../../../src/main/features/browse/tabs/state.ts'
import { alice, bob, device, foundOf, me } from './people.ts'

const id = TabId.parse('a'.repeat(26))
const people = { me, isContact: () => true, called: () => 'Alice' }
const source = { kind: 'live' as const, peerId: device, route: 'direct' as const, rttMs: 5 }
const [aliceSite, bobSite] = [SiteName.parse('alice.peer'), SiteName.parse('bob.peer')]
const failure = (url: string): OpenFailure => ({ step: 'zone', code: 'no-zone', why: 'No zone.', url, knock: null, atMs: 1 })

const sought = (url: string, keepsPage = false): TabEvent => ({ type: 'sought', url, kind: 'site', site: siteOf(url), keepsPage, byPerson: true, isTraversal: false, atMs: 5 })
const entered = (key: number, url: string): TabEvent => {
  const site = siteOf(url)
  return { type: 'entered', entry: { key, kind: 'site', partition: `site-${site}`, site, owner: site === bobSite ? bob : alice, exit: null, url } }
}
const answered = (key: number, site: SiteName): TabEvent => ({ type: 'page-answered', key, found: foundOf(site, site === bobSite ? bob : alice), source })
const navigated = (key: number, url: string, more: { canBack?: boolean; isSamePage?: boolean } = {}): TabEvent => ({
  type: 'navigated', key, url, canBack: false, canForward: false, isSamePage: false, ...more,
})
const opened = (key: number, url: string): TabEvent[] => [
  sought(url), entered(key, url), { type: 'page-asked', key, url, atMs: 6 }, answered(key, siteOf(url) ?? aliceSite), navigated(key, url), { type: 'loading', key, isLoading: false },
]
const after = (...events: TabEvent[]): TabState => events.reduce(reduce, newTab(id))
const shown = (tab: TabState): Tab => shownTab(tab, people)

describe('a tab', () => {
  test('is a start page until something is asked for', () => {
    expect(shown(newTab(id))).toMatchObject({ kind: 'start', url: '', state: 'start', canBack: false, canForward: false, shield: null })
  })

  test('shows each step of opening, since when, and then the page with its shield', () => {
    const url = 'peer://alice.peer/'
    const finding = after(sought(url), { type: 'stepped', url, step: 'ledger', atMs: 7 }, { type: 'stepped', url, step: 'ledger', atMs: 9 })
    expect(shown(finding)).toMatchObject({ kind: 'site', url, site: 'alice.peer', state: 'opening', step: { step: 'ledger', sinceMs: 7 }, shield: null })
    const there = [...opened(1, url), { type: 'titled', key: 1, title: 'Alice' } as const].reduce(reduce, newTab(id))
    expect(shown(there)).toMatchObject({ url, state: 'shown', title: 'Alice', step: null, shield: { site: 'alice.peer', owner: alice, isMine: false, ownerCalled: 'Alice', source } })
  })

  test('hides the page of one name while another is being opened, and keeps it while it is the same', () => {
    const there = after(...opened(1, 'peer://alice.peer/'))
    const away = reduce(there, sought('peer://bob.peer/'))
    expect([isPageSeen(away), shown(away).state, shown(away).url, shown(away).shield]).toEqual([false, 'opening', 'peer://bob.peer/', null])
    const within = reduce(there, sought('peer://alice.peer/b', true))
    expect([isPageSeen(within), shown(within).state, shown(within).url]).toEqual([true, 'loading', 'peer://alice.peer/b'])
  })

  test('does not write where a page wants to go into the address bar before it is there', () => {
    const asked = reduce(after(...opened(1, 'peer://alice.peer/')), { type: 'page-asked', key: 1, url: 'peer://alice.peer/slow', atMs: 8 })
    expect(shown(asked)).toMatchObject({ url: 'peer://alice.peer/', state: 'loading' })
    expect(shown(reduce(asked, navigated(1, 'peer://alice.peer/slow')))).toMatchObject({ url: 'peer://alice.peer/slow' })
  })

  test('says what failed, keeps what was there under it, and comes back to it', () => {
    const url = 'peer://nobody.peer/'
    const failed = [...opened(1, 'peer://alice.peer/'), sought(url), { type: 'failed', key: null, failure: failure(url) } as const].reduce(reduce, newTab(id))
    expect(shown(failed)).toMatchObject({ state: 'failed', url, site: 'nobody.peer', failure: { code: 'no-zone' }, shield: null, canBack: true, title: '' })
    expect(backStep(failed)).toBe('uncover')
    const back = reduce(failed, { type: 'went', at: failed.at })
    expect(shown(back)).toMatchObject({ state: 'shown', url: 'peer://alice.peer/' })
  })

  test('keeps its failure whatever the page that lies under it does', () => {
    const url = 'peer://nobody.peer/'
    const failed = after(...opened(1, 'peer://alice.peer/'), sought(url), { type: 'failed', key: null, failure: failure(url) })
    const then = [
      { type: 'page-asked', key: 1, url: 'peer://alice.peer/x', atMs: 9 }, answered(1, aliceSite), navigated(1, 'peer://alice.peer/x'), { type: 'failed', key: 1, failure: failure('peer://alice.peer/x') },
    ] as const satisfies TabEvent[]
    expect(shown(then.reduce<TabState>(reduce, failed))).toMatchObject({ state: 'failed', url })
  })

  test('does not show the blank page that a failed one left, until something else is there', () => {
    const url = 'peer://alice.peer/gone'
    const failed = after(...opened(1, 'peer://alice.peer/'), { type: 'page-asked', key: 1, url, atMs: 6 }, { type: 'failed', key: 1, failure: failure(url) }, navigated(1, url, { canBack: true }))
    expect([isPageSeen(failed), shown(failed).state, backStep(failed)]).toEqual([false, 'failed', 'view'])
    const back = [{ type: 'traversed', key: 1, atMs: 9 } as const, navigated(1, 'peer://alice.peer/')].reduce(reduce, failed)
    expect([isPageSeen(back), shown(back).state]).toEqual([true, 'shown'])
  })

  test('goes back within its view first, and then to the one before; a new page cuts off what lay ahead', () => {
    const there = after(...opened(1, 'peer://alice.peer/'), ...opened(2, 'peer://bob.peer/'), navigated(2, 'peer://bob.peer/b', { canBack: true }))
    expect(backStep(there)).toBe('view')
    const first = reduce(there, navigated(2, 'peer://bob.peer/'))
    expect(backStep(first)).toBe('row')
    const back = reduce(first, { type: 'went', at: 0 })
    expect([shown(back).url, forwardStep(back)]).toEqual(['peer://alice.peer/', 'row'])
    const on = [{ type: 'page-asked', key: 1, url: 'peer://alice.peer/c', atMs: 9 } as const, navigated(1, 'peer://alice.peer/c', { canBack: true })].reduce(reduce, back)
    expect([on.row.length, forwardStep(on)]).toEqual([1, null])
  })

  test('keeps what lies ahead when it loads again what is there', () => {
    const back = after(...opened(1, 'peer://alice.peer/'), ...opened(2, 'peer://bob.peer/'), { type: 'went', at: 0 })
    const again = [{ type: 'traversed', key: 1, atMs: 9 } as const, { type: 'page-asked', key: 1, url: 'peer://alice.peer/', atMs: 9 } as const, navigated(1, 'peer://alice.peer/')].reduce(reduce, back)
    expect(again.row.map(({ key }) => key)).toEqual([1, 2])
  })

  test('is what it was before when a file came instead of a page', () => {
    const url = 'peer://alice.peer/file.zip'
    const file = after(...opened(1, 'peer://alice.peer/'), { type: 'page-asked', key: 1, url, atMs: 6 }, answered(1, aliceSite), { type: 'loading', key: 1, isLoading: false })
    expect(shown(file)).toMatchObject({ state: 'shown', url: 'peer://alice.peer/', step: null })
    const before = [{ type: 'asked', key: 1, asking: { kind: 'outside', what: 'x.example', outcome: 'denied', atMs: 1, knock: null } }, { type: 'page-asked', key: 1, url, atMs: 6 }, answered(1, aliceSite)] as const
    const still = [...before, { type: 'loading', key: 1, isLoading: false } as const].reduce<TabState>(reduce, after(...opened(1, 'peer://alice.peer/')))
    expect(shown(still).shield?.asked).toHaveLength(1)
    const fresh = after(sought(url), entered(1, url), { type: 'page-asked', key: 1, url, atMs: 6 }, answered(1, aliceSite), { type: 'loading', key: 1, isLoading: false })
    expect(shown(fresh)).toMatchObject({ kind: 'start', state: 'start', url: '' })
  })

  test('says nothing of a site when all that came to a new tab was a file', () => {
    const url = 'peer://alice.peer/file.zip'
    const asked = [sought(url), entered(1, url), { type: 'page-asked', key: 1, url, atMs: 6 }, answered(1, aliceSite)] as const
    expect(shown(after(...asked, { type: 'loading', key: 1, isLoading: false })).shield).toBeNull()
  })

  test('hears nothing of a view that is not its own any more, but for that view', () => {
    const there = after(...opened(1, 'peer://alice.peer/'), ...opened(2, 'peer://bob.peer/'))
    const then = [{ type: 'titled', key: 1, title: 'Alice' }, { type: 'failed', key: 1, failure: failure('peer://alice.peer/') }, { type: 'page-asked', key: 1, url: 'peer://alice.peer/z', atMs: 9 }, { type: 'matched', key: 1, matches: 3, current: 1 }] as const
    expect(shown(then.reduce<TabState>(reduce, there))).toEqual(shown(there))
  })
})

/** What may come next in a tab: only what its doer lets happen. */
function eventOf(tab: TabState, n: number, key: number, url: string): TabEvent {
  const site = siteOf(url)
  const current = entryOf(tab)
  const isOfKey = tab.row.some((entry) => entry.key === key && entry.site === site)
  const choices: TabEvent[] = [
    { ...(sought(url, current?.site === site && tab.failure === null) as Extract<TabEvent, { type: 'sought' }>), isTraversal: n % 3 === 0 },
    ...(tab.going?.phase === 'finding' && tab.going.site === site ? [entered(1_000 + n, tab.going.url)] : []),
    ...(tab.going?.phase === 'finding' && current !== null && tab.going.site === current.site ? [{ type: 'kept' as const, key: current.key, isNew: !current.isAlive }] : []),
    ...(isOfKey ? [navigated(key, url, { isSamePage: n % 2 === 0, canBack: n % 5 < 2 }), { type: 'page-asked' as const, key, url, atMs: n }, answered(key, site ?? aliceSite)] : []),
    { type: 'stepped', url, step: 'zone', atMs: n },
    { type: 'page-dropped', key, url },
    { type: 'failed', key: n % 2 === 0 ? null : key, failure: failure(url) },
    { type: 'titled', key, title: 'x' },
    { type: 'loading', key, isLoading: n % 2 === 0 },
    { type: 'asked', key, asking: { kind: 'outside', what: 'x.example', outcome: 'denied', atMs: n, knock: null } },
    { type: 'traversed', key, atMs: n },
    { type: 'went', at: n % 4 },
    { type: 'halted', failure: n % 2 === 0 ? failure(url) : null },
    { type: 'slept', key },
    { type: 'finding', text: n % 2 === 0 ? 'x' : '' },
    { type: 'matched', key, matches: 2, current: 1 },
    { type: 'outside', to: { url: 'https://example.com/', host: 'example.com' } },
  ]
  return choices[n % choices.length] ?? sought(url)
}

test('whatever happens to a tab, it never says of one site what is another’s', () => {
  const step = fc.tuple(fc.nat(1_000), fc.nat(6), fc.constantFrom('peer://alice.peer/', 'peer://alice.peer/b', 'peer://bob.peer/', 'peer://carol.peer/'))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let tab = newTab(id)
      for (const [n, at, url] of steps) {
        const key = tab.row[at]?.key ?? at
        tab = reduce(tab, eventOf(tab, n, key, url))
        const said = Tab.parse(shown(tab))
        const entry = entryOf(tab)
        expect(tab.row.length).toBeLessThanOrEqual(MAX_ROW)
        expect(entry === null).toBe(tab.row.length === 0)
        expect(tab.failure !== null && tab.going !== null).toBe(false)
        if (said.shield !== null) expect(siteOf(said.url)).toBe(said.shield.site)
        if (isPageSeen(tab)) expect([entry?.site, said.state === 'shown' || said.state === 'loading']).toEqual([siteOf(said.url), true])
        if (said.title !== '') expect(said.site).toBe(entry?.site)
        if (said.state === 'start') expect([said.url, said.site, said.shield]).toEqual(['', null, null])
        expect(new Set(tab.row.map((each) => each.key)).size).toBe(tab.row.length)
      }
    }),
    { numRuns: 400 },
  )
})
