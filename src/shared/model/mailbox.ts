import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'

/** Somebody who holds mail for this account's devices while they are away. */
export const MailHolder = z.object({
  peerId: PeerId,
  /** Null: an introducer, which is nobody's contact. */
  account: AccountId.nullable(),
  kind: z.enum(['introducer', 'contact']),
  state: z.enum(['held', 'asking', 'refused', 'unreachable']),
  /** How much of ours may lie there, and how much does, as they say. */
  quotaBytes: z.int().nonnegative(),
  usedBytes: z.int().nonnegative(),
  checkedMs: TimeMs.nullable(),
  why: z.string().nullable(),
})
export type MailHolder = z.infer<typeof MailHolder>

/** What this device holds for somebody: how much and since when is all that it knows. */
export const HeldMail = z.object({
  account: AccountId,
  letters: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  oldestMs: TimeMs.nullable(),
})
export type HeldMail = z.infer<typeof HeldMail>

export const Mailbox = z.object({
  /** Who holds for us. */
  holders: z.array(MailHolder),
  /** For whom this device holds, while rules of the door let it (`hold-mail`). */
  held: z.array(HeldMail),
})
export type Mailbox = z.infer<typeof Mailbox>
