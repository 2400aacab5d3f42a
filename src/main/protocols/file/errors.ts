import type { RefusalCode } from '../../platform/streams.ts'
import type { RefusedStatus } from './messages.ts'

/** Why somebody does not give a file: their own answer, or that of the guard before it. */
export type FileRefusal = RefusedStatus | RefusalCode

/** The other side does not give this file, and says why. `gone`: it gave a part, and then it was no longer what it was. */
export class FileRefusedError extends Error {
  override readonly name = 'FileRefusedError'
  readonly code: FileRefusal | 'gone'

  constructor(code: FileRefusal | 'gone', options?: ErrorOptions) {
    super(`no file: ${code}`, options)
    this.code = code
  }
}

/** The other side said something that no 1.0.0 says. Its fault. */
export class FileProtocolError extends Error {
  override readonly name = 'FileProtocolError'
}
