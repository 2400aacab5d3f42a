import { z } from 'zod'
import { TimeMs } from '../ids.ts'

/** At least so many characters; a phrase of words is better than signs. */
export const Passphrase = z.string().min(8).max(1_024)

export const BackupStatus = z.object({
  /** Null: it never was. */
  lastMs: TimeMs.nullable(),
  lastPath: z.string().nullable(),
  lastBytes: z.int().nonnegative().nullable(),
  /** By itself, into a folder, under the passphrase given when it was switched on. */
  automatic: z.object({ folder: z.string(), everyMs: z.int().positive(), keep: z.int().min(1).max(100) }).nullable(),
  running: z.object({ doneBytes: z.int().nonnegative(), totalBytes: z.int().nonnegative() }).nullable(),
  /** Why the last one failed. */
  why: z.string().nullable(),
})
export type BackupStatus = z.infer<typeof BackupStatus>

/** How far a backup is that is being restored: all of it is read to be checked, and again to be written. Null: none is. */
export const Restoring = z.object({
  running: z.object({ doneBytes: z.int().nonnegative(), totalBytes: z.int().nonnegative() }).nullable(),
})
export type Restoring = z.infer<typeof Restoring>

/** What a backup says of itself once its passphrase opened it. */
export const BackupContents = z.object({
  name: z.string(),
  madeMs: TimeMs,
  deviceLabel: z.string(),
  bytes: z.int().nonnegative(),
  conversations: z.int().nonnegative(),
  messages: z.int().nonnegative(),
  /** A revocation of the account lies in it. */
  revocation: z.boolean(),
})
export type BackupContents = z.infer<typeof BackupContents>
