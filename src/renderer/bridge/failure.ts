import { isDefinedError, ORPCError } from '@orpc/client'
import { errorCodes, type ErrorCode } from '../../shared/errors.ts'
import { LinkLost } from './link.ts'

/** Why a call failed, as a code the catalogue has words for. `detail` is the node's own sentence, if it sent one. */
export interface Failure {
  code: ErrorCode | 'LINK_LOST'
  detail: string | null
}

export function failureOf(error: unknown): Failure {
  if (error instanceof LinkLost || (error instanceof Error && error.name === 'AbortError')) {
    return { code: 'LINK_LOST', detail: null }
  }
  if (error instanceof ORPCError && isKnown(error.code)) {
    // The sentence of the list is said in the catalogue's words; another one says more than the code does.
    const saysMore = isDefinedError(error) && error.message !== errorCodes[error.code].message
    return { code: error.code, detail: saysMore ? error.message : null }
  }
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') return { code: 'BAD_INPUT', detail: null }
  return { code: 'INTERNAL', detail: null }
}

function isKnown(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code)
}
