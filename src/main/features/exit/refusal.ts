import { ExitRefusedError } from '../../protocols/exit/errors.ts'

/** Why an exit did not open a host, in one sentence for the person; null for another error. */
export function refusalOf(error: unknown): string | null {
  return error instanceof ExitRefusedError ? error.message : null
}
