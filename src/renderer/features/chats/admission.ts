import type { Conversation, Message } from '../../../shared/model/chat.ts'
import { letsIn as doesLetIn, type Rule, type SentKnock } from '../../../shared/model/door.ts'
import { isUnderWay } from './ask-view.ts'

/** Whether somebody's door is open to us, as far as can be known from here. */
export type Admission =
  | { state: 'in' }
  | { state: 'unasked' }
  /** A person is being asked, or is about to be. */
  | { state: 'asking'; sent: SentKnock }
  /** The last knock came to an end that is no yes. */
  | { state: 'refused'; sent: SentKnock }

export interface KnownOfThem {
  conversation: Conversation | null
  messages: readonly Message[]
  /** Our last knock for a chat. */
  sent: SentKnock | null
  /** Our own door lets them chat: they asked us, and we said yes. */
  letIn: boolean
}

const over: ReadonlySet<SentKnock['state']> = new Set(['denied', 'unanswered', 'busy', 'unreachable', 'silent'])

export function admissionOf({ conversation, messages, sent, letIn }: KnownOfThem): Admission {
  if (sent !== null && isUnderWay(sent)) return { state: 'asking', sent }
  const refused = sent !== null && over.has(sent.state) ? sent : null
  // What the outbox met last is newer than whatever was true before.
  const closed = conversation?.waitingFor === 'door'
  const last = conversation?.last ?? null
  const opened = sent?.state === 'allowed' || letIn || messages.some(arrived) || (last !== null && arrived(last))
  if (opened && !closed) return { state: 'in' }
  return refused === null ? { state: 'unasked' } : { state: 'refused', sent: refused }
}

/** It went through a door: theirs, or, said by them, ours. */
function arrived(message: Message): boolean {
  return message.state !== 'queued' && message.state !== 'held'
}

/** Whether a rule of ours lets this account chat now. */
export function letsIn(rules: Iterable<Rule>, account: Conversation['with'], nowMs: number): boolean {
  for (const rule of rules) {
    const current = rule.enabled && rule.suspended === null && (rule.until.kind !== 'time' || rule.until.untilMs > nowMs)
    const theirs = rule.who.kind === 'account' && rule.who.account === account
    const allows = doesLetIn(rule.verdict)
    const chat = rule.capability === 'contact' || rule.capability === 'anything'
    if (current && theirs && allows && chat) return true
  }
  return false
}
