import { describe, expect, test } from 'vitest'
import { answered, applySitesEvent, byName, inOrder, noSites, resetSites, standingOf } from '../../../../src/renderer/features/sites/state.ts'
import type { Site, SiteVisitor } from '../../../../src/shared/model/sites.ts'
import { siteName } from '../../../gallery/browse-parts.ts'
import { accountOf, peerIdOf } from '../../../gallery/ids.ts'
import { siteOf } from '../../../gallery/sites.ts'

const site = (name: string, changes: Partial<Site> = {}): Site =>
  siteOf({ name: siteName(name), source: { kind: 'port', port: 3_000 }, audience: 'ask', copies: false }, changes)
const visitor = (name: string, who: string, sinceMs = 1_000): SiteVisitor => ({
  site: siteName(name),
  peerId: peerIdOf(who),
  account: accountOf(who),
  called: who,
  route: 'direct',
  sinceMs,
  lastMs: sinceMs,
  requests: 1,
  sentBytes: 10,
  path: '/',
})
const two = resetSites(noSites, {
  sites: [site('b.peer'), site('a.peer')],
  visitors: [visitor('a.peer', 'Bea'), visitor('a.peer', 'Tomasz', 500), visitor('b.peer', 'Bea')],
})

describe('the sites of this window', () => {
  test('are those of the snapshot, whatever was before', () => {
    const again = resetSites(two, { sites: [site('c.peer')], visitors: [] })
    expect([...again.sites.keys()]).toEqual(['c.peer'])
    expect(again.visitors.size).toBe(0)
  })

  test('stand in the order of their names, and keep it when one changes', () => {
    expect(byName(two.sites.values()).map(({ name }) => name)).toEqual(['a.peer', 'b.peer'])
    const changed = applySitesEvent(two, { event: 'site-changed', site: site('b.peer', { requests: 9 }) })
    expect(byName(changed.sites.values()).map(({ requests }) => requests)).toEqual([0, 9])
  })

  test('take their visitors with them', () => {
    const left = applySitesEvent(two, { event: 'site-gone', name: siteName('a.peer') })
    expect([...left.sites.keys()]).toEqual(['b.peer'])
    expect([...left.visitors.keys()]).toEqual(['b.peer'])
  })

  test('have each visitor once, who came first before the others', () => {
    const read = applySitesEvent(two, { event: 'visitor-changed', visitor: { ...visitor('a.peer', 'Bea'), lastMs: 9_000, path: '/x' } })
    const here = inOrder(read.visitors.get(siteName('a.peer'))?.values() ?? [])
    expect(here.map(({ called, path }) => [called, path])).toEqual([['Tomasz', '/'], ['Bea', '/x']])
  })

  test('let each visitor go from one of them alone', () => {
    const left = applySitesEvent(two, { event: 'visitor-left', site: siteName('b.peer'), peerId: peerIdOf('Bea') })
    expect(left.visitors.has(siteName('b.peer'))).toBe(false)
    expect(left.visitors.get(siteName('a.peer'))?.size).toBe(2)
    const nobody = applySitesEvent(left, { event: 'visitor-left', site: siteName('b.peer'), peerId: peerIdOf('Bea') })
    expect(nobody.visitors).toEqual(left.visitors)
  })
})

test('what keeps visitors away is said first', () => {
  const fails = { kind: 'failing', why: 'x' } as const
  expect(standingOf(site('a.peer', { state: fails, pointed: { kind: 'failed', why: 'x' } }))).toBe('failing')
  expect(standingOf(site('a.peer', { pointed: { kind: 'failed', why: 'x' } }))).toBe('unpointed')
  expect(standingOf(site('a.peer', { pointed: { kind: 'pointing' } }))).toBe('pointing')
  expect(standingOf(site('a.peer'))).toBe('open')
})

test('what a site answered is at least what those were given who are there', () => {
  const here = two.visitors.get(siteName('a.peer'))
  expect(answered(site('a.peer'), here)).toEqual({ requests: 2, sentBytes: 20 })
  expect(answered(site('a.peer', { requests: 9, sentBytes: 7 }), here)).toEqual({ requests: 9, sentBytes: 20 })
  expect(answered(site('a.peer'), undefined)).toEqual({ requests: 0, sentBytes: 0 })
})
