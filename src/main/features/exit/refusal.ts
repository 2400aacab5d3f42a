import { LatchError } from '../../../shared/errors.ts'
import { DeadlineError } from '../../platform/clock.ts'
import { StreamCutError } from '../../platform/streams.ts'
import { ExitProtocolError, ExitRefusedError } from '../../protocols/exit/index.ts'

/** Why an exit did not open a host, in one sentence for the person; null for another error. */
export function refusalOf(error: unknown): { code: 'exit-refused' | 'exit-unreachable'; why: string } | null {
  if (error instanceof ExitRefusedError) return { code: 'exit-refused', why: error.message }
  return error instanceof LatchError && error.code === 'UNREACHABLE' ? { code: 'exit-unreachable', why: error.message } : null
}

/** What broke off on the way to an exit, as an error that crosses to the person; anything else as it is. */
export function refusedIn(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason
  const isBroken = error instanceof DeadlineError || error instanceof StreamCutError || error instanceof ExitProtocolError
  return isBroken ? new LatchError('UNREACHABLE', 'Their device gave no answer.', { cause: error }) : error
}
