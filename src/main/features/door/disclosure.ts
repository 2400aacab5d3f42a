import type { Settings } from '../../../shared/model/settings.ts'
import type { RefusalCode } from '../../platform/streams.ts'
import type { KnockReply, Receipt } from '../../protocols/knock/index.ts'
import { ANSWER_WITHIN_MS } from './limits.ts'
import type { Told } from './verdicts.ts'

/*
 * What whoever knocks is told, by the choice of the person whose door it is. Of a door that tells only a yes,
 * everything else looks as if nobody had answered: also the second knock, after a no that made a rule.
 */

export type Disclosure = Settings['tellKnockers']

/**
 * The price of a place stays: who is not told it cannot pay it. It says that fifty wait here, and nothing of what was
 * decided about anybody; nor does silence to who has proven no account, about whom nothing can be decided.
 */
export function disclosedReply(reply: KnockReply | 'silence', disclosure: Disclosure): KnockReply | 'silence' {
  if (disclosure === 'everything') return reply
  const status = reply === 'silence' ? reply : reply.status
  if (status === 'allowed' || status === 'busy' || status === 'malformed') return reply
  if (reply !== 'silence' && reply.status === 'denied' && reply.code === 'unproven') return 'silence'
  return { status: 'pending', remainingMs: ANSWER_WITHIN_MS, shown: false }
}

/** Null: they are told nothing. */
export function disclosedVerdict(told: Told, disclosure: Disclosure): Told | null {
  return disclosure === 'everything' || told.outcome === 'allowed' ? told : null
}

/** What became of a withdrawal would tell whether there still was something to withdraw. */
export function disclosedReceipt(receipt: Receipt, disclosure: Disclosure): Receipt {
  return disclosure === 'everything' ? receipt : { status: 'taken' }
}

/** Of a stream that rules do not let in: whether they would ask, keep out or ignore is one answer. */
export function disclosedRefusal(code: RefusalCode, disclosure: Disclosure): RefusalCode {
  return disclosure === 'yes' ? 'knock-first' : code
}
