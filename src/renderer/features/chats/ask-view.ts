import type { AccountId } from '../../../shared/ids.ts'
import type { SentKnock } from '../../../shared/model/door.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'

/** What is shown of a knock of ours: its state, and `quiet` for one that waits where nobody is asked now. */
export type AskLook = SentKnock['state'] | 'quiet'

export function lookOf({ state, quiet }: Pick<SentKnock, 'state' | 'quiet'>): AskLook {
  return state === 'asked' && quiet ? 'quiet' : state
}

const underWay: ReadonlySet<SentKnock['state']> = new Set(['sending', 'asked', 'working'])

export function isUnderWay({ state }: Pick<SentKnock, 'state'>): boolean {
  return underWay.has(state)
}

/** SHA-256 by one core of a machine of these years, as `door/work.ts` makes them. */
const HASHES_PER_SECOND = 1_000_000

/** How long a price of so many zero bits takes on average. The hundredth chance takes five times as long. */
export function workMs(bits: number): number {
  return (2 ** bits / HASHES_PER_SECOND) * SECOND
}

/** The same in words of the catalogue: their name, and how many. */
export function workSpan(bits: number): { unit: 'moment' | 'seconds' | 'minutes' | 'hours' | 'days'; count: number } {
  const ms = workMs(bits)
  if (ms < SECOND / 2) return { unit: 'moment', count: 0 }
  if (ms < MINUTE) return { unit: 'seconds', count: Math.round(ms / SECOND) }
  if (ms < HOUR) return { unit: 'minutes', count: Math.round(ms / MINUTE) }
  if (ms < DAY) return { unit: 'hours', count: Math.round(ms / HOUR) }
  return { unit: 'days', count: Math.round(ms / DAY) }
}

/** The chance that the work is done by now: each try is a new draw, so nothing more can be said of how far it is. */
export function workChance(bits: number, elapsedMs: number): number {
  return 1 - Math.exp(-Math.max(0, elapsedMs) / workMs(bits))
}

/** How long an end that is no yes is worth a line. */
const SAID_FOR_MS = 10 * MINUTE
const saidAfterwards: ReadonlySet<SentKnock['state']> = new Set(['denied', 'unanswered', 'busy', 'unreachable', 'silent'])

/**
 * Our knocks at somebody's door for other things than a chat, such as a program's: the last for each, newest first,
 * while it is open and a while after it came to an end that is no yes.
 */
export function otherAsks(sent: Iterable<SentKnock>, account: AccountId, nowMs: number): SentKnock[] {
  const last = new Map<SentKnock['capability'], SentKnock>()
  for (const knock of sent) {
    if (knock.account !== account || knock.capability === 'contact') continue
    const held = last.get(knock.capability)
    if (held === undefined || held.sentMs < knock.sentMs) last.set(knock.capability, knock)
  }
  return [...last.values()]
    .filter((knock) => isUnderWay(knock) || (saidAfterwards.has(knock.state) && nowMs - knock.sentMs < SAID_FOR_MS))
    .toSorted((a, b) => b.sentMs - a.sentMs)
}
