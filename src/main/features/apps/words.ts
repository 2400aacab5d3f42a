import { LatchError } from '../../../shared/errors.ts'
import { ReplyStatus, type AppStatus } from '../../../shared/model/apps.ts'
import type { SentKnock } from '../../../shared/model/door.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { DeadlineError } from '../../platform/clock.ts'
import { RefusedError, StreamCutError, type RefusalCode } from '../../platform/streams.ts'
import { AppProtocolError, GoneError, type FinalStatus } from '../../protocols/app/index.ts'
import type { Answer } from './types.ts'

/** An answer that is nothing but its status. */
export function word(status: AppStatus, why = ''): Answer {
  return { status, why, bytes: null, content: undefined, more: false, call: null }
}

export const words = {
  goOn: word('go-on'),
  otherAccount: word('unreachable', 'The device that answers there belongs to somebody else.'),
  tooFast: word('busy', 'That device is asked faster than it takes; wait a little.'),
  tooMany: word('busy', 'Too many requests to that device are open here.'),
  noRoom: word('busy', 'Too much is on its way to this device at once.'),
} as const

const unproven = word('denied', 'Their device could not tell who this is.')

/** What their node says for itself; what their program says, it says with a body. */
export function ofStatus(status: Exclude<FinalStatus, ReplyStatus>): Answer {
  return status === 'unproven' ? unproven : word(status)
}

export function isProgramsWord(status: FinalStatus): status is ReplyStatus {
  return ReplyStatus.options.some((own) => own === status)
}

const refusals: Record<RefusalCode, Answer> = {
  'knock-first': word('knock-first'),
  denied: word('denied'),
  unproven,
  busy: word('busy', 'Their device takes no more requests just now.'),
  version: word('unreachable', 'Their Latch speaks another version of this.'),
  silent: word('unanswered'),
}

/** How a knock that did not open ended, as the end of the request that caused it. */
export function ofKnock({ state, why }: Pick<SentKnock, 'state' | 'why'>): Answer {
  switch (state) {
    case 'denied':
    case 'busy':
    case 'unreachable':
      return word(state, why)
    default:
      return word('unanswered', why)
  }
}

/**
 * What a call failed with, as a status. `heard`: the answer had begun. Errors: what is the caller's own fault, or a
 * defect, as it is.
 */
export function ofFailure(error: unknown, heard: boolean): Answer {
  if (error instanceof DeadlineError) return word('timeout')
  if (error instanceof GoneError) return word('cancelled')
  if (error instanceof RefusedError) return refusals[error.code]
  if (error instanceof StreamCutError) {
    return heard ? word('failed', 'The answer broke off.') : word('unanswered', 'The connection broke off, or their door says nothing.')
  }
  if (error instanceof AppProtocolError || error instanceof DecodeError) {
    return word('malformed', 'Their device answered with something that cannot be read.')
  }
  if (error instanceof LatchError && (error.code === 'UNREACHABLE' || error.code === 'NOT_FOUND')) {
    return word('unreachable', error.message)
  }
  throw error
}
