import { LatchError } from '../../../../shared/errors.ts'
import { DeadlineError } from '../../../platform/clock.ts'
import { StreamCutError } from '../../../platform/streams.ts'

/** A stream that was kept was gone when it was used again. */
export class LeftBehindError extends Error {
  override readonly name = 'LeftBehindError'
  constructor(cause: Error) {
    super('the stream was closed meanwhile', { cause: inWords(cause) })
  }
}

/** The parser let it pass; it is as little an answer as what has no line. */
class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError'
  readonly code = 'HPE_BAD_ANSWER'
}

/** What came is no answer. */
export function noHttp(what: string): LatchError {
  return new LatchError('UNREACHABLE', NO_HTTP, { cause: new BadAnswerError(what) })
}

const NO_HTTP = 'The site answered with what is no HTTP.'

/** What Node's client says of a stream that broke, in the words of this house. */
export function inWords(error: Error): Error {
  const code = 'code' in error ? String(error.code) : ''
  if (error instanceof DeadlineError) return new LatchError('UNREACHABLE', 'The site did not answer in time.', { cause: error })
  if (code === 'ECONNRESET') return new StreamCutError('broken off before an answer', { cause: error })
  if (code.startsWith('HPE_')) return new LatchError('UNREACHABLE', NO_HTTP, { cause: error })
  return error
}

export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new StreamCutError('taken back', { cause: reason })
}
