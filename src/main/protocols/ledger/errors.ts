/** The other side answered with something that no 1.0.0 says, or refused what we sent as malformed. Its fault. */
export class LedgerProtocolError extends Error {
  override readonly name = 'LedgerProtocolError'
}

/** It said that it will not, in a word. Nobody's fault. */
export class NotServedError extends Error {
  override readonly name = 'NotServedError'
  /** `unknown`: it does not follow that network. `busy`: not now. `none`: it has nothing of the kind. */
  readonly code: 'unknown' | 'busy' | 'none'

  constructor(code: 'unknown' | 'busy' | 'none') {
    super(`not served: ${code}`)
    this.code = code
  }
}

/** Nothing came in time, or the stream was cut in the middle of the answer. A bad line does that too. */
export class UnfinishedError extends Error {
  override readonly name = 'UnfinishedError'
}
