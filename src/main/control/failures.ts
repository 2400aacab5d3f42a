import { ORPCError, ValidationError } from '@orpc/server'
import { errorCodes, LatchError, type ErrorCode } from '../../shared/errors.ts'
import { FellBehindError } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'

/** A failure as it crosses the boundary: a code of the closed list and a sentence, never a cause. */
export function contractError(
  code: ErrorCode,
  message: string = errorCodes[code].message,
): ORPCError<ErrorCode, undefined> {
  return new ORPCError(code, { defined: true, status: errorCodes[code].status, message })
}

/** What `call` failed with, in the words of the contract. What has no word of its own is INTERNAL, its cause in the log. */
export function inContractWords(error: unknown, call: string, log: Log): ORPCError<ErrorCode, undefined> {
  if (error instanceof LatchError) {
    if (error.cause !== undefined) log.info({ call, code: error.code, error: error.cause }, error.message)
    return contractError(error.code, error.message)
  }
  if (error instanceof FellBehindError) return contractError('BUSY', 'This reader fell too far behind; watch again.')
  if (error instanceof ORPCError) {
    if (isOfTheList(error.code)) return contractError(error.code, error.message)
    if (error.code === 'BAD_REQUEST') return contractError('BAD_INPUT', whatIsWrong(error.cause))
  }
  log.error({ call, error }, 'a call failed')
  return contractError('INTERNAL')
}

function isOfTheList(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code)
}

/** The first field that does not fit, and why; never the value. */
function whatIsWrong(cause: unknown): string {
  if (!(cause instanceof ValidationError)) return errorCodes.BAD_INPUT.message
  const issue = cause.issues[0]
  if (issue === undefined) return errorCodes.BAD_INPUT.message
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}
