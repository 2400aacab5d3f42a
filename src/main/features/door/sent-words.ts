import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { SentKnock } from '../../../shared/model/door.ts'
import { RefusedError } from '../../platform/streams.ts'
import { KnockProtocolError, SilenceError, type Opening, type Receipt, type Verdict } from '../../protocols/knock/index.ts'
import type { Sent } from './store.ts'

type Word = Pick<SentKnock, 'state' | 'why'>
type Refusal = Extract<Receipt, { status: 'refused' }>['code']

/** What is said of a knock of ours, where the state alone does not say it. One sentence each, for the person. */
export const words = {
  shown: { state: 'asked', why: 'A person is being asked.' },
  waits: { state: 'asked', why: 'It waits at their door, where others may be asked about first.' },
  quiet: { state: 'asked', why: 'They do not want to be disturbed now, and see your knock when they look.' },
  working: { state: 'working', why: 'Many are waiting at that door; a place in the queue is being worked for.' },
  busy: { state: 'busy', why: 'Too many are waiting at that door. Try again later.' },
  unproven: { state: 'denied', why: 'Their device could not make sure who you are.' },
  malformed: { state: 'unreachable', why: 'Their device did not understand the knock; it may run another version.' },
  otherAccount: { state: 'unreachable', why: 'The device that answered does not prove that account.' },
  otherSince: { state: 'unanswered', why: 'The door opened, but that device does not prove its account any more.' },
  twice: { state: 'cancelled', why: 'That account is being asked already.' },
  stopped: { state: 'unreachable', why: 'Latch was stopped before the knock was answered.' },
} as const satisfies Record<string, Word>

/** How long they let us in, as far as they say. */
export function opened({ until, forMs }: Opening, nowMs: number): Word & Pick<SentKnock, 'untilMs'> {
  if (forMs !== undefined) return { state: 'allowed', untilMs: Math.floor(nowMs + forMs), why: '' }
  const why = { once: 'For one connection.', quit: 'As long as their Latch runs.', forever: '' }[until]
  return { state: 'allowed', untilMs: null, why }
}

/** What a knock that got no reply came to. `cause`: whose doing that is, for the log. */
export function failureOf(error: unknown): Word & { cause: 'theirs' | 'ours' } {
  if (error instanceof SilenceError) return { state: 'silent', why: 'Their door gave no answer.', cause: 'theirs' }
  if (error instanceof RefusedError && error.code === 'busy') {
    return { state: 'busy', why: 'Their device takes no more requests now.', cause: 'theirs' }
  }
  if (error instanceof RefusedError) return { state: 'denied', why: '', cause: 'theirs' }
  if (error instanceof LatchError) return { state: 'unreachable', why: error.message, cause: 'theirs' }
  const cause = error instanceof KnockProtocolError ? 'theirs' : 'ours'
  return { state: 'unreachable', why: 'That peer cannot be reached now.', cause }
}

/** Why a verdict is not taken; null where it is: from the door we knocked at, on this knock, newer than any before. */
export function refusalOf(
  verdict: Verdict,
  by: { readonly signer: PeerId; readonly from: PeerId; readonly self: PeerId },
  record: Sent | undefined,
): Refusal | null {
  if (by.signer !== by.from || verdict.to !== by.self) return 'forged'
  if (record === undefined) return 'unknown'
  const { sent, seq, isOver } = record
  if (sent.peerId !== by.signer || sent.capability !== verdict.capability) return 'forged'
  if (sent.state === 'cancelled' || isOver) return 'unknown'
  return verdict.seq <= seq ? 'replayed' : null
}
