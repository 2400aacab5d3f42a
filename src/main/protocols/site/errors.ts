import type { RefusalCode } from '../../platform/streams.ts'
import type { RefusedStatus } from './messages.ts'

/** Why a site does not open: its own answer, or that of the guard before it. */
export type SiteRefusal = RefusedStatus | RefusalCode

/**
 * The other side does not open the site. `code` is what it said; the sentence is ours, as no text of a stranger is shown
 * as if it were this program's.
 */
export class SiteRefusedError extends Error {
  override readonly name = 'SiteRefusedError'
  readonly code: SiteRefusal

  constructor(code: SiteRefusal, options?: ErrorOptions) {
    super(sentences[code], options)
    this.code = code
  }
}

/** The other side answered with something that no 1.0.0 says. */
export class SiteProtocolError extends Error {
  override readonly name = 'SiteProtocolError'
}

const sentences: Record<SiteRefusal, string> = {
  'knock-first': 'The owner of this site asks who comes: knock first.',
  denied: 'The owner of this site does not let you in.',
  silent: 'The owner’s device gave no answer.',
  unproven: 'The owner’s device could not make out which account you are; try again.',
  version: 'The owner’s device runs another version of Latch, which serves sites in another way.',
  'no-site': 'The owner’s device serves no site under this name now.',
  busy: 'The owner’s device is busy; try again shortly.',
  unsupported: 'The owner’s device does not serve this site in the way that was asked for.',
  malformed: 'The owner’s device did not understand what was asked.',
}
