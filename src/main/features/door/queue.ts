import type { AccountId, KnockId } from '../../../shared/ids.ts'
import type { About, Capability } from '../../../shared/model/door.ts'
import {
  BASE_WORK_BITS,
  CONTACT_RESERVE,
  MAX_PAID_WAITING,
  MAX_QUESTIONS_PER_ACCOUNT,
  MAX_SHOWN,
  MAX_WAITING,
  PLACES_PER_WORK_BIT,
} from './limits.ts'

interface Asking {
  readonly account: AccountId
  readonly capability: Capability
  readonly about: About
  readonly isContact: boolean
  /** The person is not to be disturbed: it may stand at the door, where nobody else wants to. */
  readonly isQuiet: boolean
}

/** A question as the queue sees it. Questions lie in the order in which they came. */
export interface Queued extends Asking {
  readonly id: KnockId
  readonly isShown: boolean
  /** Its place was bought with work. */
  readonly isPaid: boolean
}

export interface Caller extends Asking {
  /** Zero bits of the work that came with the knock and belongs to it; 0 without any. */
  readonly workBits: number
}

export type Place =
  /** `instead`: a question that goes back in line for it. */
  | { place: 'shown'; instead: KnockId | null }
  | { place: 'waiting'; isPaid: boolean }
  /** The same question is there already. */
  | { place: 'joins'; id: KnockId }
  | { place: 'busy'; workBits: number }
  | { place: 'refused'; why: string }

/** Where a knock goes that a person has to answer. */
export function placeFor(caller: Caller, questions: readonly Queued[]): Place {
  const own = questions.filter((question) => question.account === caller.account)
  const same = own.find((question) => isSame(question, caller))
  if (same !== undefined) return { place: 'joins', id: same.id }
  if (own.length >= MAX_QUESTIONS_PER_ACCOUNT) {
    return { place: 'refused', why: 'too many open questions of one account' }
  }

  if (!own.some((question) => question.isShown)) {
    const room = roomFor(caller, questions)
    if (room !== 'none') return { place: 'shown', instead: room === 'free' ? null : room.id }
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
 * Who is shown next, and who goes back in line for it: whoever is not quiet before those who are, contacts before
 * strangers, who worked for their place before who did not, then who came first; one of each account at a time. Work
 * that bought the end of a line of made up accounts would buy nothing.
 */
export function nextToShow<Question extends Queued>(
  questions: readonly Question[],
): { show: Question; instead: Question | null } | undefined {
  const asked = new Set(questions.filter((question) => question.isShown).map((question) => question.account))
  const eligible = questions.filter((question) => !question.isShown && !asked.has(question.account))
  const show = eligible.toSorted((a, b) => claimOf(b) - claimOf(a) || Number(b.isPaid) - Number(a.isPaid))[0]
  if (show === undefined) return undefined
  const room = roomFor(show, questions)
  return room === 'none' ? undefined : { show, instead: room === 'free' ? null : room }
}

/** A place before the person: a free one, or that of the newest of those with the least claim to theirs. */
function roomFor<Question extends Queued>(asking: Asking, questions: readonly Question[]): 'free' | 'none' | Question {
  const shown = questions.filter((question) => question.isShown)
  if (shown.length < MAX_SHOWN) return 'free'
  const least = shown.toReversed().toSorted((a, b) => claimOf(a) - claimOf(b))[0]
  return least !== undefined && claimOf(least) < claimOf(asking) ? least : 'none'
}

function claimOf({ isQuiet, isContact }: Pick<Asking, 'isQuiet' | 'isContact'>): number {
  return (isQuiet ? 0 : 2) + (isContact ? 1 : 0)
}

/** One question stands for all that ask the same; what another file or path is asked for is another question. */
export function isSame(a: Pick<Asking, 'capability' | 'about'>, b: Pick<Asking, 'capability' | 'about'>): boolean {
  return (
    a.capability === b.capability &&
    a.about.name === b.about.name &&
    a.about.bytes === b.about.bytes &&
    a.about.path === b.about.path
  )
}
