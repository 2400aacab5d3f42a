import type { LinkStatus } from './messages.ts'

/** The other side ends the exchange, and says why. */
export class LinkRefusedError extends Error {
  override readonly name = 'LinkRefusedError'
  readonly status: LinkStatus

  constructor(status: LinkStatus) {
    super(`the linking was refused: ${status}`)
    this.status = status
  }
}

/** The other side said what no 1.0.0 says, or could not prove what it must know. Its fault. */
export class LinkProtocolError extends Error {
  override readonly name = 'LinkProtocolError'
}
