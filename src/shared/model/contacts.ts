import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'

/** A group of contacts, by the name that this person gave it: 1 to 32 characters on one line. */
export const GroupName = z
  .string()
  .trim()
  .min(1)
  .max(32)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'a group name holds no control or direction characters')

/**
 * An account this device has met. `claimedName` is what they call themselves, proven by nobody;
 * `petname` is what you call them, and makes them a contact; null for a stranger.
 */
export const Person = z.object({
  account: AccountId,
  claimedName: z.string(),
  petname: z.string().nullable(),
  /**
   * `changed`: the devices of this account are no longer vouched for by the list you knew. `revoked`: the account itself
   * said that it counts no more, and nothing takes that back.
   */
  trust: z.enum(['unverified', 'verified', 'changed', 'revoked']),
  blocked: z.boolean(),
  /** Groups that this person put them in; rules of the door can name one. */
  groups: z.array(GroupName),
  /** The built-in demonstration peer. */
  demo: z.boolean(),
  /** Six words, the same on both screens; empty until your own account exists. */
  safetyWords: z.array(z.string()),
  devices: z.array(PeerId),
  /** Theirs by the ledger of the active network (`alice.peer`), the one held longest first. */
  names: z.array(z.string()),
  firstMetMs: TimeMs,
  lastSeenMs: TimeMs.nullable(),
})
export type Person = z.infer<typeof Person>

/** The name to show: yours for them first, then theirs. */
export function nameOf(person: Pick<Person, 'petname' | 'claimedName'>): string {
  return person.petname ?? person.claimedName
}
