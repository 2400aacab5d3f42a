/** The other side said something that no 1.0.0 says. Its fault. */
export class MailboxProtocolError extends Error {
  override readonly name = 'MailboxProtocolError'
}
