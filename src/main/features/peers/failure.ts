/** What came of a dial that failed, for a person. The error itself goes to the log. */
export function whyNotReached(error: unknown): string {
  const found = parts(error)
  const names = new Set(found.flatMap(({ name, code }) => [name, code]))
  const says = (text: RegExp): boolean => found.some(({ message }) => text.test(message))
  if (says(/does not match expected remote identity/)) return 'Somebody answered there, but as another peer.'
  if (says(/dial self/i)) return 'That is this device itself.'
  if (names.has('ENOTFOUND') || names.has('EAI_AGAIN')) return 'The host name in that address could not be looked up.'
  if (names.has('DialDeniedError')) return 'You disconnected it; connect to it again.'
  if (names.has('NoValidAddressesError')) return 'No address is known at which this device could try that peer.'
  if (names.has('ENETUNREACH') || names.has('EADDRNOTAVAIL')) return 'This device has no network that leads there.'
  if (names.has('EncryptionFailedError') && !says(/timeout|timed out/i)) {
    return 'Something answered at that address, but hung up before it said who it is.'
  }
  if (names.has('ConnectionClosedError')) return 'It answered and hung up: it does not take this device now.'
  return 'No answer at that address.'
}

interface Part {
  readonly name: string
  readonly code: string
  readonly message: string
}

/** An error, what caused it, and the errors it stands for: libp2p nests all three. */
function parts(error: unknown, depth = 0): Part[] {
  if (!(error instanceof Error) || depth > 5) return []
  const code = 'code' in error ? String(error.code) : ''
  const inner: unknown[] = error instanceof AggregateError ? error.errors : []
  const others = [...inner, error.cause].flatMap((other) => parts(other, depth + 1))
  return [{ name: error.name, code, message: error.message }, ...others]
}
