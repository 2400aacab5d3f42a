import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'

/** A contact's device through which this one may open addresses of the outside web, or might. */
export const Exit = z.object({
  peerId: PeerId,
  account: AccountId,
  called: z.string(),
  /** `unknown`: not asked since it connected. `off`: its door lets nobody, or not us. */
  state: z.enum(['open', 'knock-first', 'off', 'unknown', 'away']),
  /** Their rules name hosts of which they would say something else than `state`. */
  exceptions: z.boolean().optional(),
  checkedMs: TimeMs.nullable(),
})
export type Exit = z.infer<typeof Exit>

/** What a device said when it was asked whether it lets this one out; to a host, where one was named. */
export const ExitChecked = Exit.extend({
  host: z.object({ name: z.string().max(255), state: z.enum(['open', 'knock-first', 'off']) }).optional(),
})
export type ExitChecked = z.infer<typeof ExitChecked>

/** Whose traffic with which host: `ours` went out through them, `theirs` through this device. Counted since the day began. */
export const ExitUse = z.object({
  whose: z.enum(['ours', 'theirs']),
  account: AccountId,
  peerId: PeerId,
  called: z.string(),
  host: z.string().max(255),
  port: z.int(),
  connections: z.int().nonnegative(),
  open: z.int().nonnegative(),
  sentBytes: z.int().nonnegative(),
  receivedBytes: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  lastMs: TimeMs,
})
export type ExitUse = z.infer<typeof ExitUse>
