import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  activeTab,
  applyBrowseEvent,
  neighbour,
  nothingOpen,
  offers,
  placeOfDrop,
  putAway,
  resetBrowse,
  underThePage,
  type BrowseState,
} from '../../../../src/renderer/features/browse/state.ts'
import { bookmark, download, tab } from '../../../gallery/browse-parts.ts'
import { downloadIdOf, tabIdOf } from '../../../gallery/ids.ts'

const [a, b, c] = [tab('a'), tab('b'), tab('c')]
const gateway = { state: 'off', port: 5_380, why: null, requests: 0 } as const
const open: BrowseState = { ...nothingOpen, tabs: [a, b, c], active: b.id }
const snapshot = { shows: 'views', tabs: [a], active: a.id, bookmarks: [], downloads: [], gateway } as const
const idsOf = (state: BrowseState) => state.tabs.map(({ id }) => id)

test('a tab that changed stays where it is, one that moved is at its new place, and a new one stands where it belongs', () => {
  const changed = applyBrowseEvent(open, { event: 'tab-changed', tab: { ...b, title: 'New' }, index: 1 })
  expect(changed.tabs.map(({ title }) => title)).toEqual(['', 'New', ''])
  expect(idsOf(applyBrowseEvent(open, { event: 'tab-changed', tab: a, index: 2 }))).toEqual([b.id, c.id, a.id])
  const d = tab('d')
  expect(idsOf(applyBrowseEvent(open, { event: 'tab-changed', tab: d, index: 1 }))).toEqual([a.id, d.id, b.id, c.id])
})

test('the chosen tab is the one that main says, and none while that is not there', () => {
  expect(activeTab(open)).toBe(b)
  const closed = applyBrowseEvent(open, { event: 'tab-closed', id: b.id })
  expect(activeTab(closed)).toBeNull()
  expect(activeTab(applyBrowseEvent(closed, { event: 'tab-selected', id: c.id }))).toBe(c)
})

test('next and previous go round at the ends, and nowhere where there is one tab', () => {
  expect(neighbour(open.tabs, b.id, 1)).toBe(c.id)
  expect(neighbour(open.tabs, c.id, 1)).toBe(a.id)
  expect(neighbour(open.tabs, a.id, -1)).toBe(c.id)
  expect(neighbour([a], a.id, 1)).toBeNull()
  expect(neighbour(open.tabs, tabIdOf('gone'), 1)).toBeNull()
})

test('a tab is dropped before or behind the one that it is dropped on', () => {
  const tabs = fc.uniqueArray(fc.nat(50), { minLength: 2, maxLength: 12 })
  const seed = 20261120
  fc.assert(
    fc.property(tabs, fc.nat(), fc.nat(), fc.boolean(), (list, first, second, isBehind) => {
      const [from, over] = [first % list.length, second % list.length]
      fc.pre(from !== over)
      const [dragged, target] = [list[from] ?? 0, list[over] ?? 0]
      const to = placeOfDrop(from, over, isBehind)
      const moved = list.filter((one) => one !== dragged).toSpliced(to, 0, dragged)
      expect(moved.indexOf(dragged) - moved.indexOf(target)).toBe(isBehind ? 1 : -1)
    }),
    { seed },
  )
})

test('under the page stands what comes in and what became of it since, and nothing of before', () => {
  const old = download('old', 'bea.peer', { state: 'done' })
  const running = download('running', 'bea.peer')
  const first = resetBrowse(nothingOpen, { ...snapshot, tabs: [a], bookmarks: [], downloads: [running, old] })
  expect(underThePage(first)).toEqual([running])
  const done = { ...running, state: 'done' as const }
  const over = applyBrowseEvent(first, { event: 'download-changed', download: done })
  expect(underThePage(over)).toEqual([done])
  expect(underThePage(putAway(over, [done.id]))).toEqual([])
})

test('what ended while the stream was broken is still told of, and what was put away stays away', () => {
  const running = download('running', 'bea.peer')
  const away = download('away', 'bea.peer', { state: 'failed' })
  const held = putAway({ ...open, downloads: [running, away] }, [away.id])
  const back = resetBrowse(held, { ...snapshot, tabs: [a], bookmarks: [], downloads: [{ ...running, state: 'done' }, away] })
  expect(underThePage(back).map(({ id }) => id)).toEqual([running.id])
})

test('files that wait for a word are asked about one by one, the first offered first', () => {
  const [one, two] = [download('one', 'bea.peer', { state: 'asking' }), download('two', 'bea.peer', { state: 'asking' })]
  const asked = applyBrowseEvent(applyBrowseEvent(open, { event: 'download-changed', download: one }), { event: 'download-changed', download: two })
  expect(offers(asked).map(({ id }) => id)).toEqual([one.id, two.id])
  expect(underThePage(asked)).toEqual([])
  expect(offers(applyBrowseEvent(asked, { event: 'download-gone', id: downloadIdOf('one') }))).toEqual([two])
})

test('keys pressed over a page are counted, so that the same one twice is two', () => {
  const twice = [1, 2].reduce((state) => applyBrowseEvent(state, { event: 'key-pressed', key: 'next-tab' }), open)
  expect(twice.pressed).toEqual([
    { number: 1, key: 'next-tab' },
    { number: 2, key: 'next-tab' },
  ])
  const many = Array.from({ length: 100 }).reduce<BrowseState>((state) => applyBrowseEvent(state, { event: 'key-pressed', key: 'find' }), open)
  expect(many.pressed).toHaveLength(16)
  expect(many.pressed.at(-1)?.number).toBe(100)
})

test('bookmarks, the gateway and where pages are shown are as main said last', () => {
  const kept = [bookmark('bea.peer', 'Notes')]
  expect(applyBrowseEvent(open, { event: 'bookmarks-changed', bookmarks: kept }).bookmarks).toBe(kept)
  expect(applyBrowseEvent(open, { event: 'gateway-changed', gateway: { ...gateway, state: 'on' } }).gateway.state).toBe('on')
  expect(applyBrowseEvent(open, { event: 'shows-changed', shows: 'gateway' }).shows).toBe('gateway')
})
