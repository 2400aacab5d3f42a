import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import type { Query } from '../../../shared/model/search.ts'
import { DAY } from '../../../shared/units.ts'

/** What is typed and chosen on the screen. Days as fields of the type `date` write them; empty: not narrowed down. */
export interface Wanted {
  text: string
  from: AccountId | ''
  conversation: ConversationId | ''
  kind: NonNullable<Query['kind']> | 'any'
  since: string
  until: string
}

export const nothingWanted: Wanted = { text: '', from: '', conversation: '', kind: 'any', since: '', until: '' }

/** With fewer letters half of everything is found. */
const SHORTEST = 2

export function isNarrowed({ from, conversation, kind, since, until }: Wanted): boolean {
  return from !== '' || conversation !== '' || kind !== 'any' || since !== '' || until !== ''
}

/** Midnight of a day on this machine's calendar; null where it is none. */
export function midnightOf(day: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)
  if (match === null) return null
  const ms = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3])).getTime()
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}

/** The midnight after a day; a day of a clock change has 23 or 25 hours. */
function nextMidnight(ms: number): number {
  return new Date(ms + DAY + DAY / 2).setHours(0, 0, 0, 0)
}

export type Asked = { is: 'nothing' } | { is: 'short' } | { is: 'backwards' } | { is: 'query'; query: Query }

/** What is asked of the node, if anything yet. Pure. */
export function asked(wanted: Wanted): Asked {
  const text = wanted.text.trim()
  if (text === '' && !isNarrowed(wanted)) return { is: 'nothing' }
  if (text.length < SHORTEST && !isNarrowed(wanted)) return { is: 'short' }
  const sinceMs = midnightOf(wanted.since)
  const lastDay = midnightOf(wanted.until)
  if (sinceMs !== null && lastDay !== null && sinceMs > lastDay) return { is: 'backwards' }
  return {
    is: 'query',
    query: {
      text,
      ...(wanted.conversation === '' ? {} : { conversation: wanted.conversation }),
      ...(wanted.from === '' ? {} : { from: wanted.from }),
      ...(wanted.kind === 'any' ? {} : { kind: wanted.kind }),
      ...(sinceMs === null ? {} : { sinceMs }),
      ...(lastDay === null ? {} : { untilMs: nextMidnight(lastDay) }),
    },
  }
}
