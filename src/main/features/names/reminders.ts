import type { AccountId } from '../../../shared/ids.ts'
import type { NameOnLedger } from '../../../shared/model/ledger.ts'
import type { Publication } from '../../../shared/model/names.ts'
import { DAY } from '../../../shared/units.ts'
import { CLOCK_DAYS, REMIND_DAYS_BEFORE } from './keeping-limits.ts'

/*
 * What the owner of a name has to do, in one sentence, and when another one is due. Pure: phases are the ledger's, which
 * knows its network's terms.
 */

/** Of the network's genesis. */
export interface TermRules {
  readonly endingMs: number
  readonly graceMs: number
}

export interface NameAtHand {
  readonly fullName: string
  readonly onLedger: NameOnLedger
  /** The zone of this account's; null: none was made yet. */
  readonly zone: { readonly seq: number } | null
  readonly publication: Publication | null
}

export interface Attention {
  /** Null: nothing is to be done. */
  readonly sentence: string | null
  /** When it is to be asked for again by the clock alone; null: only when something changes. */
  readonly nextMs: number | null
}

/** Who is told. */
export interface NameOwner {
  readonly account: AccountId
  /** It was revoked: its names are over, and it can neither renew nor take one. */
  readonly isEnded: boolean
}

/** The most urgent thing there is: what can be lost comes before what does not work. */
export function attentionOf(name: NameAtHand, me: NameOwner, rules: TermRules, nowMs: number): Attention {
  const { onLedger, fullName } = name
  const { expiresMs, phase, owner, offeredTo } = onLedger
  if (owner !== me.account) {
    const isOffered = offeredTo === me.account && phase !== 'free' && !me.isEnded
    return { sentence: isOffered ? `${fullName} is offered to you: take it, or leave it.` : null, nextMs: isOffered ? expiresMs : null }
  }
  if (me.isEnded && phase !== 'free') {
    const endsMs = expiresMs + rules.graceMs
    const why = `${fullName} ended with your account on this ledger: nobody can renew it, and anybody may claim it in ${left(endsMs - nowMs)}.`
    return { sentence: why, nextMs: nextDay(endsMs, nowMs) }
  }
  switch (phase) {
    case 'free':
      return { sentence: `${fullName} is not yours any more: anybody may claim it.`, nextMs: null }
    case 'grace': {
      const endsMs = expiresMs + rules.graceMs
      const why = `The term of ${fullName} is over: renew it within ${left(endsMs - nowMs)}, or anybody may claim it.`
      return { sentence: why, nextMs: nextDay(endsMs, nowMs) }
    }
    case 'ending': {
      const why = `The term of ${fullName} ends in ${left(expiresMs - nowMs)}: until you renew it, it can be looked up by your contacts alone.`
      return { sentence: why, nextMs: nextDay(expiresMs, nowMs) }
    }
    case 'living':
      return { sentence: livingSentence(name), nextMs: Math.max(nowMs + 1, expiresMs - rules.endingMs) }
  }
}

/**
 * Days left at which the owner is told by a message, of those that have come since `toldDays` (how many were left when they
 * were told last, null: not yet); null: nothing new. Several that came while this device was off are told as one. Where many
 * fewer were left when they were told, the clock was ahead then: what it said was false, and counts no more.
 */
export function reminderDue({ onLedger }: Pick<NameAtHand, 'onLedger'>, toldDays: number | null, nowMs: number): number | null {
  const { phase, expiresMs } = onLedger
  if (phase !== 'ending' && phase !== 'grace') return null
  const daysLeft = phase === 'grace' ? 0 : daysOf(expiresMs - nowMs)
  if (toldDays === null || toldDays < daysLeft - CLOCK_DAYS) return daysLeft
  if (phase === 'grace') return toldDays === 0 ? null : 0
  return REMIND_DAYS_BEFORE.some((days) => daysLeft <= days && days < toldDays) ? daysLeft : null
}

function livingSentence({ fullName, onLedger, zone, publication }: NameAtHand): string | null {
  if (onLedger.offeredTo !== null && onLedger.offeredTo !== onLedger.owner) {
    return `You offer ${fullName} to another account, which has not taken it yet.`
  }
  if (zone === null) return `${fullName} points nowhere yet: say what it points to.`
  // Where nobody else is there to hold it, there is nothing to do about it.
  if (publication === null || publication.seq !== zone.seq || publication.held > 0 || publication.asked === 0) return null
  return `No other device holds what ${fullName} points to, so it is found only while this one is on.`
}

/** Days that have begun: on the last one it is one. */
function daysOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / DAY))
}

function left(ms: number): string {
  const days = daysOf(ms)
  return days === 1 ? 'a day' : `${days} days`
}

/** When another number of days is left; at the end, when it is over. */
function nextDay(endsMs: number, nowMs: number): number {
  const days = daysOf(endsMs - nowMs)
  return Math.max(nowMs + 1, endsMs - (days - 1) * DAY)
}
