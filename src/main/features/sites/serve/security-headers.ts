import type { ServerResponse } from 'node:http'

/**
 * What every answer of a site says, unless the program behind it says it otherwise. The reader's own device has the last
 * word on what a page may do; these are for readers that are ordinary browsers.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  // A type is what the server says, and never what a reader makes of the bytes.
  'X-Content-Type-Options': 'nosniff',
  // Where somebody came from stays with the site they came from.
  'Referrer-Policy': 'same-origin',
  // No window of another site holds a handle on one of this.
  'Cross-Origin-Opener-Policy': 'same-origin',
}

export function secure(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
}
