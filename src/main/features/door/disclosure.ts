import type { Settings } from '../../../shared/model/settings.ts'
import type { RefusalCode } from '../../platform/streams.ts'
import type { KnockReply, Receipt } from '../../protocols/knock/index.ts'
import { ANSWER_WITHIN_MS } from './limits.ts'
import type { Told } from './verdicts.ts'

/*
 * What whoever knocks is told, by the choice of the person whose door it is. Of a door that tells only a yes,
 * everything else looks as if nobody had answered yet, or as if nobody were there.
 */

export type Disclosure = Settings['tellKnockers']

/**
 * The price of a place stays: who is not told it cannot pay it. It says that fifty wait here, and nothing of what was
 * decided about anybody.
 */
export function disclosedReply(reply: KnockReply, disclosure: Disclosure): KnockReply | 'silence' {
  if (disclosure === 'everything') return reply
  switch (reply.status) {
    case 'allowed':
    case 'busy':
    case 'malformed':
      return reply
    case 'pending':
      return { status: 'pending', remainingMs: ANSWER_WITHIN_MS, shown: false }
    case 'denied':
      return 'silence'
  }
}

/** Null: they are told nothing. */
export function disclosedVerdict(told: Told, disclosure: Disclosure): Told | null {
  return disclosure === 'everything' || told.outcome === 'allowed' ? told : null
}

/** What became of a withdrawal would tell whether there still was something to withdraw. */
export function disclosedReceipt(receipt: Receipt, disclosure: Disclosure): Receipt {
  return disclosure === 'everything' ? receipt : { status: 'taken' }
}

/** Whether somebody would be asked, or was told to keep out for good, is one answer. */
export function disclosedRefusal(code: RefusalCode, disclosure: Disclosure): RefusalCode {
  return disclosure === 'yes' && code === 'denied' ? 'knock-first' : code
}
