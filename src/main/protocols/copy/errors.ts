import type { RefusalCode } from '../../platform/streams.ts'
import type { RefusedStatus } from './messages.ts'

/** Why somebody gives nothing of a site: their own answer, or that of the guard before it. */
export type CopyRefusal = RefusedStatus | RefusalCode

/** The other side gives nothing of this site, and says why. */
export class CopyRefusedError extends Error {
  override readonly name = 'CopyRefusedError'
  readonly code: CopyRefusal

  constructor(code: CopyRefusal, options?: ErrorOptions) {
    super(`no copy: ${code}`, options)
    this.code = code
  }
}

/** The other side said something that no 1.0.0 says. Its fault. */
export class CopyProtocolError extends Error {
  override readonly name = 'CopyProtocolError'
}
