import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'
import { Route } from './peers.ts'

/**
 * The full name that a site opens under: `alice.peer`, `app.alice.peer`. Written as a host is, so that it is an origin of
 * its own in every browser; and so no label is a number alone or has two hyphens as its third and fourth characters.
 */
export const SiteName = z
  .string()
  .min(4, 'The name of a site has at least 4 characters.')
  .max(253, 'The name of a site has at most 253 characters.')
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,5}\.[a-z]{2,16}$/,
    'The name of a site is small letters, digits and hyphens between dots, and ends in the name of the network.',
  )
  .regex(/^(?!(?:.*\.)?[^.]{2}--)/, 'No part of the name of a site has two hyphens as its third and fourth characters.')
  .brand('SiteName')
export type SiteName = z.infer<typeof SiteName>

/** Who may visit where no rule of the door says otherwise. `ask`: each account knocks, and the person answers. */
export const SiteAudience = z.enum(['anyone', 'contacts', 'ask'])
export type SiteAudience = z.infer<typeof SiteAudience>

/** A path of this machine, in its own form; whether it is there is found out by looking. */
const FolderPath = z.string().min(1, 'Choose a folder.').max(4_096, 'The path of a folder has at most 4,096 characters.')

/** What is served. */
export const SiteSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('folder'),
    path: FolderPath,
    /** A page that is not there is answered with index.html: a single-page app finds its way from the address itself. */
    fallback: z.boolean().default(false),
  }),
  /** A program of this machine, on 127.0.0.1. */
  z.object({
    kind: z.literal('port'),
    port: z.int('A port is a whole number.').min(1, 'A port is at least 1.').max(65_535, 'A port is at most 65,535.'),
  }),
])
export type SiteSource = z.infer<typeof SiteSource>

/** What a person says of a site; publishing the same name again replaces it. */
export const SiteDraft = z.object({
  name: SiteName,
  source: SiteSource,
  audience: SiteAudience.default('ask'),
  /**
   * The zone names the content by its CID, and whoever keeps a copy may show it while the owner is away. Only for a folder
   * that anyone may visit: whoever has a copy decides by themselves who sees it.
   */
  copies: z.boolean().default(false),
})
export type SiteDraft = z.infer<typeof SiteDraft>

/** What a folder holds, before anybody is shown it. Looked at, and not kept. */
export const FolderLook = z.object({
  path: z.string(),
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  /** Whether its first page is there. */
  hasIndex: z.boolean(),
  /** Files that nobody is shown, and why, at most 20 of them: links out of the folder, names that begin with a dot. */
  hidden: z.array(z.object({ path: z.string(), why: z.string() })),
  hiddenFiles: z.int().nonnegative(),
  /** It holds more than a look counts: what is said is so far. */
  isMore: z.boolean(),
})
export type FolderLook = z.infer<typeof FolderLook>

/** The CID (v1, base32) of a folder as UnixFS. */
export const SiteCid = z.string().regex(/^b[a-z2-7]{58,127}$/, 'A copy of a site is named by its CID, version 1 in base32.').brand('SiteCid')
export type SiteCid = z.infer<typeof SiteCid>

/** Whether the zone of its name says that the site is here. `failed`: `why` says it, and it is tried again. */
export const SitePointed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pointed'), seq: z.int().positive() }),
  z.object({ kind: z.literal('pointing') }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
])
export type SitePointed = z.infer<typeof SitePointed>

/** How others can keep this site. `making`: files are being read. `behind`: the folder changed since. */
export const SiteCopies = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('off') }),
  z.object({ kind: z.literal('making'), doneBytes: z.int().nonnegative(), bytes: z.int().nonnegative().nullable() }),
  z.object({ kind: z.enum(['made', 'behind']), cid: SiteCid, files: z.int().nonnegative(), bytes: z.int().nonnegative(), madeMs: TimeMs }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
])
export type SiteCopies = z.infer<typeof SiteCopies>

/** A site of this device. */
export const Site = z.object({
  name: SiteName,
  source: SiteSource,
  audience: SiteAudience,
  copies: SiteCopies,
  pointed: SitePointed,
  publishedMs: TimeMs,
  /** `failing`: visitors get an error page, and `why` says it in one sentence for the person. */
  state: z.discriminatedUnion('kind', [z.object({ kind: z.literal('open') }), z.object({ kind: z.literal('failing'), why: z.string() })]),
  /** Devices that are here now. */
  visitors: z.int().nonnegative(),
  /** Since this node started. */
  requests: z.int().nonnegative(),
  sentBytes: z.int().nonnegative(),
})
export type Site = z.infer<typeof Site>

/** A device that visits a site of ours now: it has a stream to it, or had one within the last minute. */
export const SiteVisitor = z.object({
  site: SiteName,
  peerId: PeerId,
  account: AccountId.nullable(),
  /** As this person calls them, or as they call themselves. */
  called: z.string(),
  route: Route,
  sinceMs: TimeMs,
  lastMs: TimeMs,
  requests: z.int().nonnegative(),
  sentBytes: z.int().nonnegative(),
  /** What was asked for last, decoded, without its query. */
  path: z.string().max(512),
})
export type SiteVisitor = z.infer<typeof SiteVisitor>
