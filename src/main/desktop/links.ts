/** The window is served from here and not from `file:`, so that it has an origin of its own and a policy in a header. */
export const APP_ORIGIN = 'app://latch'

/** Custom schemes have an opaque `origin` in some versions of URL: scheme and host are compared by themselves. */
export function isOurs(url: string): boolean {
  return URL.canParse(url) && (url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`))
}

/** The scheme with its colon, or `unreadable`. */
export function schemeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : 'unreadable'
}

/** A link longer than this is none of ours: one to a network of 64 validators is the longest. */
const MAX_LINK_CHARACTERS = 32_768

/** What the system opens with Latch: what it invites and joins with, and pages of the network. */
export const OUR_SCHEMES = ['latch', 'peer'] as const

/**
 * The link of one of our schemes in a command line, or null. Chromium reorders the arguments of a second instance and adds
 * its own, so the scheme is looked for and no position is trusted.
 */
export function linkIn(argv: readonly string[]): string | null {
  const isOne = (word: string): boolean => OUR_SCHEMES.some((scheme) => word.startsWith(`${scheme}://`))
  return argv.find((word) => isOne(word) && word.length <= MAX_LINK_CHARACTERS) ?? null
}
