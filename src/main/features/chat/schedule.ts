import type { RefusalCode } from '../../platform/streams.ts'
import type { Status } from '../../protocols/chat/index.ts'
import { FIRST_RETRY_MS, LONGEST_RETRY_MS } from './limits.ts'

/** What one try to reach an account's devices came to, when it did not come to an open stream. */
export type Failure =
  | { kind: 'unreachable' }
  | { kind: 'refused'; code: RefusalCode }
  /** There was a stream, and it broke before everything was acknowledged. */
  | { kind: 'cut'; why: string }

/** Why messages wait, for whom, and for how long before the next try; null: until something happens. */
export interface Waiting {
  readonly waitingFor: 'nobody' | 'peer' | 'door'
  /** A word of a short list, for counting equal tries. */
  readonly code: string
  readonly why: string
  readonly retryMs: number | null
}

const KNOCK_FIRST = 'They have not let you in yet: knock.'

/** Why nothing goes out to an account that revoked itself, and why others take nothing from one's own. */
export const REVOKED = 'Their account was revoked: nothing goes out to it any more.'
export const OWN_REVOKED = 'Your account was revoked: nobody who knows it takes anything from it.'

/** Two seconds, doubled with each failure, at most five minutes; half of it by chance, so that many spread. */
export function backoffMs(failures: number, random: () => number): number {
  const fullMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20))
  return Math.round(fullMs * (0.5 + random() / 2))
}

/** When to try because something new waits: at once, unless the last try was a moment ago. */
export function afterSendMs(sinceLastTryMs: number | null): number {
  return sinceLastTryMs === null ? 0 : Math.max(0, FIRST_RETRY_MS - sinceLastTryMs)
}

/** How the code begins when a stream is there and what we write is refused on it. */
export const ENTRY_REFUSED = 'entry-'

/** What follows when a device of theirs does not take our entries. */
export function afterEntryRefused(status: Status): Waiting {
  const code = `${ENTRY_REFUSED}${status}`
  if (status === 'knock-first') return { waitingFor: 'door', code, why: KNOCK_FIRST, retryMs: null }
  const why = `Their device does not take what this device writes (${status}).`
  return { waitingFor: 'nobody', code, why, retryMs: null }
}

/** What follows from the `failures`-th failure in a row. Nothing is tried again at a closed door until it opens. */
export function afterFailure(failure: Failure, failures: number, random: () => number): Waiting {
  const retryMs = backoffMs(failures, random)
  switch (failure.kind) {
    case 'unreachable':
      return { waitingFor: 'peer', code: 'unreachable', why: 'None of their devices can be reached now.', retryMs }
    case 'cut':
      return { waitingFor: 'peer', code: 'cut', why: `The stream to their device broke: ${failure.why}.`, retryMs }
    case 'refused':
      return afterRefusal(failure.code, retryMs)
  }
}

function afterRefusal(refusal: RefusalCode, retryMs: number): Waiting {
  const code = `refused-${refusal}`
  switch (refusal) {
    case 'knock-first':
      return { waitingFor: 'door', code, why: KNOCK_FIRST, retryMs: null }
    case 'denied':
      return { waitingFor: 'door', code, why: 'Their door denies it.', retryMs: null }
    case 'version':
      return { waitingFor: 'nobody', code, why: 'Their Latch speaks another version of chat.', retryMs: null }
    case 'unproven':
      return { waitingFor: 'peer', code, why: 'Their device has not yet checked who you are.', retryMs }
    case 'busy':
      return { waitingFor: 'peer', code, why: 'Their device is busy.', retryMs }
    case 'silent':
      return { waitingFor: 'peer', code, why: 'Their device closed the stream without an answer.', retryMs }
  }
}
