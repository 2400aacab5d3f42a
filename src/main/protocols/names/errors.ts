/** The other side answered with something that no 1.0.0 says, or called what we sent malformed. Its fault. */
export class NamesProtocolError extends Error {
  override readonly name = 'NamesProtocolError'
}

/** Too many requests to that peer are under way and wait already. */
export class NamesFullError extends Error {
  override readonly name = 'NamesFullError'
}

/** No answer came in time. The stream stays, and so do the requests beside it. */
export class NamesLateError extends Error {
  override readonly name = 'NamesLateError'
}
