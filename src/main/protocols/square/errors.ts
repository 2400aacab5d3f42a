/** What came is no question, or no answer to one. */
export class SquareProtocolError extends Error {
  override readonly name = 'SquareProtocolError'
}
