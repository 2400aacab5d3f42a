import type { IncomingHttpHeaders } from 'node:http'
import type { ErrorCode } from '../../../shared/errors.ts'

/** `page`: a document or what it is made of, to which a link may lead from anywhere. `call`: everything that acts or tells. */
export type Purpose = 'page' | 'call'

export type Admission = { verdict: 'allow' } | { verdict: 'refuse'; code: ErrorCode; why: string }

/**
 * Whether a request was meant for this server, by a program on this machine or by our own page.
 *
 * `Host` must be a loopback name with our port, or a page of another site whose name was pointed at 127.0.0.1 (DNS
 * rebinding) could speak to us as its own origin. `Origin`, where a browser sends it, must be exactly the page that we
 * serve under that host: no other site, no `null` of a sandboxed frame, not the same machine's other ports.
 */
export function admit(headers: IncomingHttpHeaders, port: number, purpose: Purpose): Admission {
  const { host, origin } = headers
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return { verdict: 'refuse', code: 'NOT_ALLOWED', why: 'This server answers to 127.0.0.1 and localhost only.' }
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { verdict: 'refuse', code: 'NOT_ALLOWED', why: 'Another site may not speak to this server.' }
  }
  const site = headers['sec-fetch-site']
  if (purpose === 'call' && site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { verdict: 'refuse', code: 'NOT_ALLOWED', why: 'Another site may not speak to this server.' }
  }
  return { verdict: 'allow' }
}

/** Sent with everything. The page may load from its own origin only and may open its own WebSocket. */
export function strictHeaders(port: number): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      'media-src blob:',
      "font-src 'self'",
      `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  }
}
