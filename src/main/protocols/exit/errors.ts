import type { RefusalCode } from '../../platform/streams.ts'
import type { RefusedStatus } from './messages.ts'

/** Why nothing was opened: the exit's own answer, or that of the guard before it. */
export type ExitRefusal = RefusedStatus | RefusalCode

/**
 * The exit does not open that host. `code` is what it said; the sentence is ours, as no text of a stranger is shown as if
 * it were this program's.
 */
export class ExitRefusedError extends Error {
  override readonly name = 'ExitRefusedError'
  readonly code: ExitRefusal
  /** It would let out to some hosts all the same; said only to who asked about none. */
  readonly exceptions: boolean

  constructor(code: ExitRefusal, { exceptions = false, ...options }: ErrorOptions & { exceptions?: boolean } = {}) {
    super(sentences[code], options)
    this.code = code
    this.exceptions = exceptions
  }
}

/** The other side answered with something that no 1.0.0 says. */
export class ExitProtocolError extends Error {
  override readonly name = 'ExitProtocolError'
}

const sentences: Record<ExitRefusal, string> = {
  'knock-first': 'They are asked who goes out through their device: knock first.',
  denied: 'They do not let you out through their device.',
  unproven: 'Their device could not make out which account you are; try again.',
  busy: 'As much goes through their device already as it carries; try again shortly.',
  'private-address': 'This address leads into a private network or to the device itself; nobody is let out to such.',
  'no-address': 'Their device finds no address for this host.',
  unreachable: 'Their device could not reach this host.',
  port: 'Through a device of somebody else only port 443 is opened, where connections are encrypted.',
  malformed: 'Their device did not understand what was asked.',
  silent: 'Their device gave no answer.',
  version: 'Their device runs another version of Latch, which cannot let anybody out.',
}
