/** The other side answered with something that no 1.0.0 says, or refused what we sent as malformed. */
export class KnockProtocolError extends Error {
  override readonly name = 'KnockProtocolError'
}

/** The door gave no answer at all: it dropped the stream, or let the time run out. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError'
}
