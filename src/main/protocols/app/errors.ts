/** The other side answered with something that no 1.0.0 says. */
export class AppProtocolError extends Error {
  override readonly name = 'AppProtocolError'
}

/** Whoever asked took the request back, or is no longer there. */
export class GoneError extends Error {
  override readonly name = 'GoneError'
}
