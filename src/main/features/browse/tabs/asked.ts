import type { KnockId } from '../../../../shared/ids.ts'
import type { Asked } from '../../../../shared/model/browse.ts'
import { MAX_ASKED } from '../limits.ts'
import { askedOf } from '../words.ts'

/** What one page asked for beyond its own site. The newest first; the numbers count what fell off the list too. */
export interface AskedList {
  readonly items: readonly Asked[]
  readonly allowedCount: number
  readonly deniedCount: number
}

export const nothingAsked: AskedList = { items: [], allowedCount: 0, deniedCount: 0 }

export interface Asking {
  readonly kind: Asked['kind']
  readonly what: string
  readonly outcome: Asked['outcome']
  readonly atMs: number
  readonly knock: KnockId | null
}

/**
 * With one more thing asked. The same thing again counts on its line; what waits for a knock is the same question, so that
 * the knock's number, and then its answer, take the line's place.
 */
export function withAsked(list: AskedList, { kind, what: said, outcome, atMs, knock }: Asking): AskedList {
  const what = askedOf(said) || kind
  const before = list.items.find((item) => item.kind === kind && item.what === what)
  const isSameQuestion = before?.outcome === 'waiting' && (outcome !== 'waiting' || before.knock !== knock)
  const count = (before?.count ?? 0) + (isSameQuestion ? 0 : 1)
  const item: Asked = { kind, what, outcome, count, lastMs: Math.max(0, Math.round(atMs)), knock: outcome === 'waiting' ? knock : null }
  const rest = list.items.filter((other) => other !== before)
  // What waits is what the person can do something about: it falls off last.
  const kept = rest.length < MAX_ASKED ? rest : rest.toSpliced(rest.findLastIndex((other) => other.outcome !== 'waiting'), 1)
  return {
    items: [item, ...kept].slice(0, MAX_ASKED),
    allowedCount: list.allowedCount + (outcome === 'allowed' ? 1 : 0),
    deniedCount: list.deniedCount + (outcome === 'denied' ? 1 : 0),
  }
}
