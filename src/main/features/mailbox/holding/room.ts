import type { DepositRefusal } from '../../../protocols/mailbox/index.ts'
import { QUOTA_BYTES, QUOTA_LETTERS } from '../limits.ts'

/*
 * Whether a letter finds room. Pure.
 */

export interface Offered {
  /** One of the sizes of letters. */
  readonly bytes: number
  /** Held for this account, and for everybody. */
  readonly ofAccount: { readonly bytes: number; readonly letters: number }
  readonly allBytes: number
  readonly capacityBytes: number
  /** Letters of 256 KiB at most that are on their way in. */
  readonly coming: number
  readonly maxComing: number
}

export type RoomVerdict = { readonly verdict: 'take' } | { readonly verdict: DepositRefusal; readonly why: string }

export function roomFor(offered: Offered): RoomVerdict {
  const { bytes, ofAccount, allBytes, capacityBytes, coming, maxComing } = offered
  if (coming >= maxComing) return { verdict: 'busy', why: 'too many letters are on their way in' }
  if (ofAccount.letters >= QUOTA_LETTERS) return { verdict: 'full', why: 'the account has as many letters as it may' }
  if (ofAccount.bytes + bytes > QUOTA_BYTES) return { verdict: 'full', why: 'the account has as many bytes as it may' }
  if (allBytes + bytes > capacityBytes) return { verdict: 'full', why: 'this device holds as much as it may' }
  return { verdict: 'take' }
}
