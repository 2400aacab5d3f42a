import { LatchError, type ErrorCode } from '../shared/errors.ts'

/** What the shell gets; documented in docs/cli.md. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongArguments: 2,
  notRunning: 3,
  /** Everything worked, and the answer is no: denied, unanswered, not delivered in time. */
  refused: 4,
  // Of a look-up, so that a script can tell them apart; `refused` is one of them.
  /** Nobody has the name. */
  nobody: 5,
  /** It is owned, and points nowhere. */
  noZone: 6,
  /** The ledger here is behind, and says nothing yet. */
  catchingUp: 7,
  /** It is owned, and nobody who was asked could say where it points; or no device of it could be connected to. */
  unreachable: 8,
  /** Ctrl-C, as shells write it: 128 + SIGINT. */
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends the command with one line on standard error. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: ErrorCode | 'NOT_RUNNING' | 'INTERRUPTED'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string, code: CliError['code'] = 'INTERNAL', options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
    this.code = code
  }
}

export function wrongArgument(message: string): CliError {
  return new CliError(exitCodes.wrongArguments, message, 'BAD_INPUT')
}

export function notRunning(dataFolder: string, isDefault: boolean): CliError {
  const start = isDefault ? 'latch start' : `latch start --data ${dataFolder}`
  return new CliError(
    exitCodes.notRunning,
    `Latch is not running on ${dataFolder}. Start it with: ${start}`,
    'NOT_RUNNING',
  )
}

/** Any failure as an exit code and a sentence. An input that the node refuses is a wrong argument. */
export function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof LatchError) {
    const exitCode = error.code === 'BAD_INPUT' ? exitCodes.wrongArguments : exitCodes.failed
    return new CliError(exitCode, error.message, error.code)
  }
  return new CliError(exitCodes.failed, error instanceof Error ? error.message : String(error), 'INTERNAL', {
    cause: error,
  })
}
