/** Where an address out of Latch leads, once a person said yes: to the system's browser, or to its program for letters. */
export type Outside =
  | {
      kind: 'web'
      url: string
      /** What a connection would go to: letters of other alphabets are written as `xn--…`. */
      host: string
      /** Without `https:` everybody on the way reads along. */
      isSecure: boolean
    }
  | { kind: 'mail'; url: string; to: string }

/** What browsers and servers carry without trouble. */
export const MAX_OUTSIDE_CHARS = 2_048

/** What a letter may be begun with. Some programs take others too, and one of those attaches a file of this machine. */
const LETTER_FIELDS: ReadonlySet<string> = new Set(['to', 'cc', 'bcc', 'subject', 'body'])

/**
 * What may be handed to the system of an address that somebody else wrote, or null. Never this machine itself: what
 * listens here trusts whoever asks from here. Never an account before the host, which looks like the host. Pure.
 */
export function outsideOf(address: string): Outside | null {
  if (address.length > MAX_OUTSIDE_CHARS || /[\s\p{Cc}\p{Cf}]/u.test(address) || !URL.canParse(address)) return null
  const url = new URL(address)
  if (url.protocol === 'mailto:') return letterTo(url)
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return null
  if (isThisMachine(url.hostname)) return null
  return { kind: 'web', url: url.href, host: url.host, isSecure: url.protocol === 'https:' }
}

function letterTo(url: URL): Outside | null {
  const to = decoded(url.pathname)
  const isPlain = [...url.searchParams.keys()].every((field) => LETTER_FIELDS.has(field.toLowerCase()))
  return isPlain && to !== null && to.includes('@') ? { kind: 'mail', url: url.href, to } : null
}

function decoded(path: string): string | null {
  try {
    const text = decodeURIComponent(path)
    return /[\p{Cc}\p{Cf}]/u.test(text) ? null : text
  } catch {
    return null
  }
}

/** What the lists of hosts of Linux systems call it. */
const NAMES_OF_THIS_MACHINE: ReadonlySet<string> = new Set(['localhost', 'localhost.localdomain', 'localhost4', 'localhost6', 'ip6-localhost', 'ip6-loopback'])

/** As `URL` writes hosts: numbers are in their one form, an IPv4 address within IPv6 as two of them. */
function isThisMachine(host: string): boolean {
  const bare = host.replace(/\.$/, '')
  if (NAMES_OF_THIS_MACHINE.has(bare) || bare.endsWith('.localhost')) return true
  return /^127\.|^0\./.test(bare) || /^\[::1?\]$|^\[::(?:ffff:)?(?:0|7f[0-9a-f]{2}):/.test(bare)
}
