import type { AccountId } from '../../../shared/ids.ts'
import type { Conversation, Pin } from '../../../shared/model/chat.ts'

/** Whose a name is by the ledger; `unknown` while that is behind. */
export type Owner = AccountId | null | 'unknown'

/** The name by which a conversation was opened, as kept. */
export interface StoredPin {
  /** The key of its conversation. */
  readonly conversation: number
  /** A name means something in its own network alone. */
  readonly network: string
  readonly fullName: string
  /** Whose it was when the conversation was opened by it. */
  readonly account: AccountId
  readonly sinceMs: number
  readonly moved: { readonly to: AccountId; readonly noticedMs: number } | null
  readonly lapsed: boolean
  /** When this person went on with the new owner. From then on the name is not looked at any more. */
  readonly leftMs: number | null
  /** Since then: nothing goes out before they write here again. */
  readonly holds: boolean
}

/**
 * What a pin comes to when the ledger says whose the name is. Gives the same object where nothing changed. A name that
 * moved and then lapsed stays moved: which of the two is meant is still for the person to say.
 */
export function lookedAt(pin: StoredPin, owner: Owner, nowMs: number): StoredPin {
  if (pin.leftMs !== null || owner === 'unknown') return pin
  const moved = movedTo(pin, owner, nowMs)
  const lapsed = owner === null
  return moved === pin.moved && lapsed === pin.lapsed ? pin : { ...pin, moved, lapsed }
}

function movedTo({ account, moved }: StoredPin, owner: AccountId | null, nowMs: number): StoredPin['moved'] {
  if (owner === account) return null
  if (owner === null || owner === moved?.to) return moved
  return { to: owner, noticedMs: nowMs }
}

/** Nothing of this person's goes out before they have said which of the two is meant. */
export function isFrozen(pin: StoredPin | null): pin is StoredPin & { moved: { to: AccountId } } {
  return pin !== null && pin.leftMs === null && pin.moved !== null
}

/** Nothing goes out: it is frozen, or what waits was left behind. */
export function isHeldBack(pin: StoredPin | null): boolean {
  return pin !== null && (isFrozen(pin) || pin.holds)
}

/** Why nothing is sent, in one sentence; null where nothing is held back. */
export function whyHeldBack(pin: StoredPin | null): string | null {
  if (pin === null) return null
  if (isFrozen(pin)) return `${pin.fullName} now belongs to another account: say whom you mean, then it goes out.`
  if (!pin.holds) return null
  return 'Written before you went on with the new owner of the name: it goes out when you write here again.'
}

/** What others see of a pin. */
export function shownPin(pin: StoredPin | null, wordsWith: (account: AccountId) => string[]): Pick<Conversation, 'pin' | 'left'> {
  if (pin === null) return { pin: null, left: null }
  const { account, fullName, lapsed, leftMs, moved, sinceMs } = pin
  if (leftMs !== null) {
    return { pin: null, left: moved === null ? null : { fullName, to: moved.to, atMs: leftMs } }
  }
  const shown: Pin['moved'] =
    moved === null ? null : { ...moved, wordsBefore: wordsWith(account), wordsNow: wordsWith(moved.to) }
  return { pin: { fullName, sinceMs, lapsed, moved: shown }, left: null }
}
