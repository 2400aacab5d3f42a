import type { AccountId, KnockId } from '../../../shared/ids.ts'
import type { Capability } from '../../../shared/model/door.ts'
import {
  BASE_WORK_BITS,
  CONTACT_RESERVE,
  MAX_PAID_WAITING,
  MAX_QUESTIONS_PER_ACCOUNT,
  MAX_SHOWN,
  MAX_WAITING,
  PLACES_PER_WORK_BIT,
} from './limits.ts'

/** A question as the queue sees it. Questions lie in the order in which they came. */
export interface Queued {
  readonly id: KnockId
  readonly account: AccountId
  readonly capability: Capability
  readonly isContact: boolean
  readonly isShown: boolean
  /** Its place was bought with work. */
  readonly isPaid: boolean
}

export interface Caller {
  readonly account: AccountId
  readonly capability: Capability
  readonly isContact: boolean
  /** Zero bits of the work that came with the knock and belongs to it; 0 without any. */
  readonly workBits: number
}

export type Place =
  | { place: 'shown' }
  | { place: 'waiting'; isPaid: boolean }
  /** The same question is there already. */
  | { place: 'joins'; id: KnockId }
  | { place: 'busy'; workBits: number }
  | { place: 'refused'; why: string }

/** Where a knock goes that a person has to answer. */
export function placeFor(caller: Caller, questions: readonly Queued[]): Place {
  const own = questions.filter((question) => question.account === caller.account)
  const same = own.find((question) => question.capability === caller.capability)
  if (same !== undefined) return { place: 'joins', id: same.id }
  if (own.length >= MAX_QUESTIONS_PER_ACCOUNT) {
    return { place: 'refused', why: 'too many open questions of one account' }
  }

  const shown = questions.filter((question) => question.isShown)
  if (shown.length < MAX_SHOWN && !shown.some((question) => question.account === caller.account)) {
    return { place: 'shown' }
  }

  const waiting = questions.filter((question) => !question.isShown)
  const paid = waiting.filter((question) => question.isPaid).length
  const free = waiting.length - paid
  if (free < MAX_WAITING + (caller.isContact ? CONTACT_RESERVE : 0)) return { place: 'waiting', isPaid: false }
  const workBits = priceOf(paid)
  if (caller.workBits >= workBits && paid < MAX_PAID_WAITING) return { place: 'waiting', isPaid: true }
  return { place: 'busy', workBits }
}

/** What the next bought place costs, in zero bits. */
export function priceOf(paidWaiting: number): number {
  return BASE_WORK_BITS + Math.floor(paidWaiting / PLACES_PER_WORK_BIT)
}

/**
 * Who is shown next, if there is room: contacts before strangers, then who came first; one of each account at a time.
 */
export function nextToShow<Question extends Queued>(questions: readonly Question[]): Question | undefined {
  const shown = questions.filter((question) => question.isShown)
  if (shown.length >= MAX_SHOWN) return undefined
  const asked = new Set(shown.map((question) => question.account))
  const eligible = questions.filter((question) => !question.isShown && !asked.has(question.account))
  return eligible.find((question) => question.isContact) ?? eligible[0]
}
