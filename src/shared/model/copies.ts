import { z } from 'zod'
import { AccountId, TimeMs } from '../ids.ts'
import { SiteCid, SiteName } from './sites.ts'

/** A site that can be kept, before it is: what it would take. */
export const CopyLook = z.object({
  site: SiteName,
  owner: AccountId,
  cid: SiteCid,
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  /** Devices that said they have it, the owner's included. */
  holders: z.int().nonnegative(),
  /** What of it is here already, of this or an earlier version. */
  hereBytes: z.int().nonnegative(),
  /** Room that is left on the disk; null where the system does not say. */
  freeBytes: z.int().nonnegative().nullable(),
})
export type CopyLook = z.infer<typeof CopyLook>

/** A site kept on this device: whole and checked against its CID, or on its way to it. */
export const Copy = z.object({
  site: SiteName,
  owner: AccountId,
  cid: SiteCid,
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('whole') }),
    z.object({
      kind: z.literal('fetching'),
      doneFiles: z.int().nonnegative(),
      doneBytes: z.int().nonnegative(),
      bytesPerSecond: z.number().nonnegative(),
      /** Devices that gave something of it. */
      sources: z.int().nonnegative(),
    }),
    /** Broken off; what came is kept, and `copies.keep` goes on from there. */
    z.object({ kind: z.literal('stopped'), why: z.string(), doneBytes: z.int().nonnegative() }),
  ]),
  /** Of the version that is here. */
  keptMs: TimeMs,
  /** What the zone names now; null: not looked up since this node started, or it names none. */
  latest: SiteCid.nullable(),
  /** Others are given it, where the door lets them visit. */
  isServed: z.boolean(),
  /** Given to others since it was kept. */
  servedBytes: z.int().nonnegative(),
})
export type Copy = z.infer<typeof Copy>

/** Between the copy that is here and what the zone names now, file by file. At most 500 of them are named. */
export const CopyChanges = z.object({
  site: SiteName,
  from: SiteCid,
  to: SiteCid,
  changes: z.array(
    z.object({
      path: z.string(),
      kind: z.enum(['added', 'changed', 'removed']),
      bytes: z.int().nonnegative(),
    }),
  ),
  added: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  /** What keeping it would fetch. */
  fetchBytes: z.int().nonnegative(),
})
export type CopyChanges = z.infer<typeof CopyChanges>
