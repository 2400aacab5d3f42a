import { LatchError } from '../../../../shared/errors.ts'
import { DecodeError } from '../../../platform/cbor.ts'
import { DeadlineError } from '../../../platform/clock.ts'
import { RefusedError, StreamCutError } from '../../../platform/streams.ts'
import { LedgerProtocolError, NotServedError, UnfinishedError } from '../../../protocols/ledger/index.ts'
import { FALSE_POINTS, NONSENSE_POINTS, UNFINISHED_POINTS } from './limits.ts'

/** A peer said something that cannot be so. */
export class LieError extends Error {
  override readonly name = 'LieError'
  readonly points: number

  constructor(why: string, points = FALSE_POINTS) {
    super(why)
    this.points = points
  }
}

/** What a failed request says of whom it was asked. */
export type Fault =
  /** It is left, for good. */
  | { readonly fault: 'lied'; readonly why: string; readonly points: number }
  /** Not asked for a while. */
  | { readonly fault: 'slow'; readonly why: string; readonly points: number }
  | { readonly fault: 'busy' }
  /** It has nothing of the kind. */
  | { readonly fault: 'none' }
  /** It follows another network, does not speak of ledgers, or its door says no. */
  | { readonly fault: 'foreign'; readonly why: string }

/** Null: the fault is nobody's out there; it is to be thrown on. */
export function faultOf(error: unknown): Fault | null {
  if (error instanceof LieError) return { fault: 'lied', why: error.message, points: error.points }
  if (error instanceof LedgerProtocolError) return { fault: 'lied', why: error.message, points: NONSENSE_POINTS }
  if (error instanceof DecodeError) return { fault: 'lied', why: error.message, points: FALSE_POINTS }
  if (error instanceof UnfinishedError) return { fault: 'slow', why: error.message, points: pointsOf(error) }
  if (error instanceof RefusedError) return { fault: 'foreign', why: error.message }
  if (error instanceof NotServedError) return notServed(error)
  if (error instanceof LatchError && error.code === 'UNREACHABLE') {
    const isMute = error.cause instanceof Error && error.cause.name === 'UnsupportedProtocolError'
    return isMute
      ? { fault: 'foreign', why: 'it does not speak of ledgers' }
      : { fault: 'slow', why: error.message, points: 0 }
  }
  return null
}

/**
 * From a stream that was cut, nobody can tell whether the peer broke off, left, or lost its line, which cuts all that is
 * asked of it at once: it costs the peer its turn, and no points. Whoever lets us wait on a line that stands pays.
 */
function pointsOf({ cause }: UnfinishedError): number {
  const isCut = cause instanceof StreamCutError && !(cause.cause instanceof DeadlineError)
  return isCut ? 0 : UNFINISHED_POINTS
}

function notServed({ code }: NotServedError): Fault {
  if (code === 'unknown') return { fault: 'foreign', why: 'it follows another network' }
  return { fault: code }
}
