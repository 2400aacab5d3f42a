import { endToEnd, type HeaderList } from '../headers.ts'

/**
 * Of an answer, what would make a browser speak to somebody else or keep something beyond the site: reports, other
 * servers for the same name, pins, preconnections. Neither is what only its own server may say.
 */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'alt-svc',
  'expect-ct',
  'latch-account',
  'latch-peer',
  'latch-refusal',
  'nel',
  'origin-trial',
  'public-key-pins',
  'public-key-pins-report-only',
  'report-to',
  'reporting-endpoints',
  'speculation-rules',
  'strict-transport-security',
  'x-dns-prefetch-control',
])

/** What a reader may have of the headers of an answer. Its framing is gone; its length, if it was said, stays. */
export function readableHeaders(list: HeaderList, lengthBytes: string | undefined): HeaderList {
  const rest = endToEnd(list).filter(([name]) => !NOT_PASSED_ON.has(name.toLowerCase()))
  return lengthBytes === undefined ? rest : [...rest, ['Content-Length', lengthBytes]]
}

/** Of a request, what is sent: nothing of the connection it came by, and nothing that only this device may say. */
export function askedHeaders(list: HeaderList): HeaderList {
  return endToEnd(list).filter(([name]) => !/^(?:host|latch-.*|proxy-.*|sec-websocket-.*)$/i.test(name))
}
