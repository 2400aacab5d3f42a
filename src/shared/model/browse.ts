import { z } from 'zod'
import { AccountId, KnockId, PeerId, TimeMs } from '../ids.ts'
import { Route } from './peers.ts'
import { SiteCid, SiteName } from './sites.ts'

const random128 = z.string().regex(/^[a-z2-7]{26}$/)

export const TabId = random128.brand('TabId')
export type TabId = z.infer<typeof TabId>
export const DownloadId = random128.brand('DownloadId')
export type DownloadId = z.infer<typeof DownloadId>

/** `peer://alice.peer/path?query#part`, or an `https://` address in a tab of an exit. */
export const PageUrl = z.string().min(1).max(8_192)

/**
 * The steps of opening a page, in their order: the address is read, the ledger says whose the name is, the zone where it
 * points, a device is found and connected to, its door lets us in, it answers. `copy`: somebody's copy takes its place.
 */
export const OpenStep = z.enum(['address', 'ledger', 'zone', 'device', 'connect', 'door', 'answer', 'copy', 'exit'])
export type OpenStep = z.infer<typeof OpenStep>

/** Why a page did not open. The window has a sentence for each, `why` says the particulars. */
export const OpenCode = z.enum([
  'bad-address',
  'nobody',
  'no-zone',
  'no-site',
  'catching-up',
  'name-refused',
  'name-unreachable',
  'device-unreachable',
  'knock-first',
  'denied',
  'unproven',
  'busy',
  'silent',
  'cut',
  'timeout',
  'malformed',
  'copy-missing',
  'copy-damaged',
  'exit-refused',
  'exit-unreachable',
  'certificate',
  'blocked',
  'crashed',
  'internal',
])
export type OpenCode = z.infer<typeof OpenCode>

export const OpenFailure = z.object({
  step: OpenStep,
  code: OpenCode,
  /** One sentence for the person. */
  why: z.string(),
  url: PageUrl,
  /** Whom to knock at, where that would help. */
  knock: z.object({ account: AccountId.nullable(), peerId: PeerId, site: SiteName, path: z.string().max(512).nullable() }).nullable(),
  atMs: TimeMs,
})
export type OpenFailure = z.infer<typeof OpenFailure>

/** From where the page came that is shown. */
export const PageSource = z.discriminatedUnion('kind', [
  /** From a device of the owner. */
  z.object({ kind: z.literal('live'), peerId: PeerId, route: Route, rttMs: z.number().nullable() }),
  /** A site of this device itself. */
  z.object({ kind: z.literal('here') }),
  /** The owner could not be reached: a copy, checked against the CID that the owner signed. */
  z.object({ kind: z.literal('copy'), cid: SiteCid, keptHere: z.boolean(), holders: z.int().nonnegative(), signedMs: TimeMs }),
])
export type PageSource = z.infer<typeof PageSource>

/** What a page asked for beyond its own site, and what became of it. */
export const Asked = z.object({
  kind: z.enum(['site', 'outside', 'local', 'permission', 'window', 'download', 'fullscreen', 'navigation']),
  /** A name, a host, a permission. */
  what: z.string().max(255),
  outcome: z.enum(['allowed', 'denied', 'waiting']),
  count: z.int().positive(),
  lastMs: TimeMs,
  /** The knock at this person's door that decides about it, while it waits. */
  knock: KnockId.nullable(),
})
export type Asked = z.infer<typeof Asked>

/** Said by this program, and never by the page. */
export const Shield = z.object({
  site: SiteName,
  owner: AccountId,
  /** As this person calls them, or as they call themselves; null: nobody met them. */
  ownerCalled: z.string().nullable(),
  isContact: z.boolean(),
  isMine: z.boolean(),
  zone: z.object({ seq: z.int().positive(), issuedAtMs: TimeMs, expiresAtMs: TimeMs }),
  /** As of which block it is theirs. */
  ledger: z.object({ height: z.int().nonnegative(), atMs: TimeMs }),
  source: PageSource,
  /** The newest first, at most 50. */
  asked: z.array(Asked),
  allowedCount: z.int().nonnegative(),
  deniedCount: z.int().nonnegative(),
})
export type Shield = z.infer<typeof Shield>

export const Tab = z.object({
  id: TabId,
  /** `start`: nothing was opened in it yet. */
  kind: z.enum(['start', 'site', 'exit']),
  /** What stands in the address bar; empty for a start page. */
  url: z.string().max(8_192),
  site: SiteName.nullable(),
  /** In the page's own words: one line, without characters that turn its direction. Never stands where the name does. */
  title: z.string().max(200),
  state: z.enum(['start', 'opening', 'loading', 'shown', 'failed']),
  /** While it opens: the step it is at, and since when. */
  step: z.object({ step: OpenStep, sinceMs: TimeMs }).nullable(),
  failure: OpenFailure.nullable(),
  canBack: z.boolean(),
  canForward: z.boolean(),
  shield: Shield.nullable(),
  /** Of a tab that shows the outside web: who sees which hosts it visits. */
  exit: z.object({ peerId: PeerId, account: AccountId, called: z.string(), bytes: z.int().nonnegative() }).nullable(),
  /** 1 is as large as the page says. */
  zoom: z.number().min(0.25).max(5),
  /** What somebody did on the page was not answered for a long while; stopping then ends it. */
  isHung: z.boolean(),
  find: z.object({ text: z.string().max(200), matches: z.int().nonnegative(), current: z.int().nonnegative() }).nullable(),
  /** It wants to leave for the outside web: nothing goes there before the person says so. */
  outside: z.object({ url: z.string().max(8_192), host: z.string().max(255) }).nullable(),
})
export type Tab = z.infer<typeof Tab>

export const Bookmark = z.object({ url: PageUrl, site: SiteName, title: z.string().max(200), addedMs: TimeMs })
export type Bookmark = z.infer<typeof Bookmark>

export const Visited = z.object({ url: PageUrl, site: SiteName, title: z.string().max(200), lastMs: TimeMs, count: z.int().positive() })
export type Visited = z.infer<typeof Visited>

export const Download = z.object({
  id: DownloadId,
  site: z.string().max(255),
  url: PageUrl,
  /** As it is saved: no path, no control characters, never an existing file's. */
  name: z.string().max(255),
  /** Null: nobody said. */
  bytes: z.int().nonnegative().nullable(),
  doneBytes: z.int().nonnegative(),
  /** `asking`: nothing is written before the person or a rule of the door says so. */
  state: z.enum(['asking', 'running', 'done', 'cancelled', 'failed', 'denied']),
  why: z.string(),
  /** Where it lies once it is done. */
  path: z.string().nullable(),
  startedMs: TimeMs,
})
export type Download = z.infer<typeof Download>

/** What might be meant by what is being typed, best first. */
export const Completion = z.object({
  url: PageUrl,
  kind: z.enum(['address', 'contact', 'bookmark', 'history', 'own', 'tab']),
  /** A title, or whose it is. */
  text: z.string().max(200),
  tab: TabId.nullable(),
})
export type Completion = z.infer<typeof Completion>

/** A site that the start page offers. */
export const OfferedSite = z.object({ site: SiteName, owner: AccountId, called: z.string(), isMine: z.boolean() })
export type OfferedSite = z.infer<typeof OfferedSite>

/** Sites for ordinary browsers of this machine: `http://alice.peer.localhost:<port>/`. */
export const GatewayState = z.object({
  state: z.enum(['off', 'on', 'failed']),
  port: z.int(),
  why: z.string().nullable(),
  requests: z.int().nonnegative(),
})
export type GatewayState = z.infer<typeof GatewayState>
