import type { Bookmark, Download, OfferedSite, OpenFailure, Shield, Tab, Visited } from '../../src/shared/model/browse.ts'
import { SiteName } from '../../src/shared/model/sites.ts'
import { DAY, HOUR, MINUTE } from '../../src/shared/units.ts'
import { accountOf, downloadIdOf, peerIdOf, tabIdOf } from './ids.ts'
import { now } from './people.ts'

export const siteName = (name: string): SiteName => SiteName.parse(name)

/** Of a site of somebody's, live over a direct connection, unless it is said otherwise. */
export function shield(site: string, owner: string, changes: Partial<Shield> = {}): Shield {
  return {
    site: siteName(site),
    owner: accountOf(owner),
    ownerCalled: owner,
    isContact: true,
    isMine: false,
    zone: { seq: 12, issuedAtMs: now() - 3 * HOUR, expiresAtMs: now() + 45 * HOUR },
    ledger: { height: 41_208, atMs: now() - 20_000 },
    source: { kind: 'live', peerId: peerIdOf(owner), route: 'direct', rttMs: 24 },
    asked: [],
    allowedCount: 0,
    deniedCount: 0,
    ...changes,
  }
}

/** A tab of that name; with a shield, its page is shown. */
export function tab(id: string, changes: Partial<Tab> = {}): Tab {
  const site = changes.shield?.site ?? null
  return {
    id: tabIdOf(id),
    kind: site === null ? 'start' : 'site',
    url: site === null ? '' : `peer://${site}/`,
    site,
    title: '',
    state: site === null ? 'start' : 'shown',
    step: null,
    failure: null,
    canBack: false,
    canForward: false,
    shield: null,
    exit: null,
    zoom: 1,
    isHung: false,
    find: null,
    outside: null,
    ...changes,
  }
}

/** A tab whose page did not open. */
export function failed(id: string, site: string, failure: Partial<OpenFailure>): Tab {
  const url = `peer://${site}/`
  const whole: OpenFailure = { step: 'connect', code: 'internal', why: '', url, knock: null, atMs: now() - 2_000, ...failure }
  return tab(id, { kind: 'site', site: siteName(site), url, state: 'failed', failure: whole })
}

/** An address of the outside web that did not open through somebody's device. */
export function failedOut(id: string, url: string, exit: NonNullable<Tab['exit']>, failure: Partial<OpenFailure>): Tab {
  const whole: OpenFailure = { step: 'exit', code: 'internal', why: '', url, knock: null, atMs: now() - 2_000, ...failure }
  return tab(id, { kind: 'exit', url, exit, state: 'failed', failure: whole })
}

export function bookmark(site: string, title: string, path = '/'): Bookmark {
  return { url: `peer://${site}${path}`, site: siteName(site), title, addedMs: now() - 8 * DAY }
}

export function visited(site: string, title: string, agoMs = 40 * MINUTE, path = '/'): Visited {
  return { url: `peer://${site}${path}`, site: siteName(site), title, lastMs: now() - agoMs, count: 3 }
}

export function offered(site: string, owner: string, isMine = false): OfferedSite {
  return { site: siteName(site), owner: accountOf(owner), called: owner, isMine }
}

export function download(name: string, site: string, changes: Partial<Download> = {}): Download {
  return {
    id: downloadIdOf(name),
    site,
    url: `peer://${site}/${name}`,
    name,
    bytes: 2_202_009,
    doneBytes: 0,
    state: 'running',
    why: '',
    path: null,
    startedMs: now() - 4_000,
    ...changes,
  }
}
