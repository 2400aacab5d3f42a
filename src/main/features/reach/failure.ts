import { LatchError } from '../../../shared/errors.ts'
import { DeadlineError } from '../../platform/clock.ts'
import { RefusedError } from '../../platform/streams.ts'
import {
  IntroductionProtocolError,
  IntroductionRefusedError,
  type RefusedCode,
} from '../../protocols/introduction/index.ts'

const refusals: Readonly<Record<RefusedCode, string>> = {
  forged: 'It says that our signature does not hold.',
  replayed: 'It says that it has a newer word of this device; the clock of this device may have been set back.',
  expired: 'It says that our word is over already; the clock of this device may be wrong.',
  'not-yours': 'It says that our word was for another introducer.',
  'too-many': 'It has no room for more devices now.',
  'too-large': 'It says that our word is too long.',
  denied: 'It does not take this device.',
  busy: 'It is busy.',
  draining: 'It is about to stop.',
  malformed: 'It did not understand this version of Latch.',
}

/** What came of an exchange or a dial that failed, for a person. The error itself goes to the log. */
export function whyFailed(error: unknown): string {
  if (error instanceof LatchError) return error.message
  if (error instanceof IntroductionRefusedError) return refusals[error.code]
  if (error instanceof IntroductionProtocolError) return 'It answered nonsense.'
  if (error instanceof RefusedError) return 'It does not take this device.'
  if (error instanceof DeadlineError) return 'No answer in time.'
  const names = namesIn(error)
  if (names.has('NonsenseError')) return 'It answered nonsense.'
  if (names.has('EncryptionFailedError')) return 'Somebody answered there, but hung up before saying who it is.'
  if (names.has('ENETUNREACH') || names.has('EADDRNOTAVAIL')) return 'This device has no network that leads there.'
  if (names.has('ENOTFOUND') || names.has('EAI_AGAIN')) return 'The host name in that address could not be looked up.'
  if (names.has('ECONNREFUSED')) return 'Nothing listens at that address.'
  if (names.has('InvalidMessageError')) return 'The introducer did not make the circuit.'
  return 'No answer at that address.'
}

/** A connected introducer said something that does not hold. */
export class NonsenseError extends Error {
  override readonly name = 'NonsenseError'
}

/** Of an error, what caused it, and the errors it stands for: libp2p nests all three. */
function namesIn(error: unknown, depth = 0): Set<string> {
  if (!(error instanceof Error) || depth > 5) return new Set()
  const inner: unknown[] = error instanceof AggregateError ? error.errors : []
  const names = [error.name, 'code' in error ? String(error.code) : '']
  return new Set([...names, ...[...inner, error.cause].flatMap((other) => [...namesIn(other, depth + 1)])])
}
