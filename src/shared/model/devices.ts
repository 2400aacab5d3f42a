import { z } from 'zod'
import { PeerId, TimeMs } from '../ids.ts'
import { DisplayName } from './identity.ts'

/** One installation of this account. */
export const OwnDevice = z.object({
  peerId: PeerId,
  label: z.string(),
  addedMs: TimeMs,
  /** This one. */
  here: z.boolean(),
  connected: z.boolean(),
  lastSeenMs: TimeMs.nullable(),
  revoked: z.boolean(),
  /** Entries of conversations that this device lacks and that one has (`here`), and the other way; null while that is not known. */
  behind: z.object({ here: z.int().nonnegative(), there: z.int().nonnegative() }).nullable(),
})
export type OwnDevice = z.infer<typeof OwnDevice>

/** `latch:link/…`: shown as a QR code by a device that has the account, read by one that has none. */
export const LinkCode = z.string().min(32).max(2_048).regex(/^latch:link\/[A-Za-z0-9_-]+$/, 'not a code that links a device')

/** A device that is being linked, seen from the one that has the account. */
export const Linking = z.object({
  code: LinkCode,
  /** Ten minutes from when it was made. */
  untilMs: TimeMs,
  state: z.enum(['waiting', 'asking', 'sending', 'done', 'expired', 'refused', 'failed']),
  /** What the new device calls itself, and three words that both show, while this person is asked. */
  label: z.string().nullable(),
  words: z.array(z.string()),
  why: z.string().nullable(),
})
export type Linking = z.infer<typeof Linking>

/** The same seen from the new device, which has no account yet. */
export const Joining = z.object({
  state: z.enum(['idle', 'connecting', 'asking', 'receiving', 'done', 'failed']),
  words: z.array(z.string()),
  name: DisplayName.nullable(),
  why: z.string().nullable(),
})
export type Joining = z.infer<typeof Joining>
