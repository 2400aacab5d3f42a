import type { HeaderList } from '../../platform/http-message.ts'

export type { HeaderList }

/** What concerns one connection and no further (RFC 9110, 7.6.1), and what frames a body: whoever passes it on frames it anew. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Without what concerns one connection only, those included that the message itself names so. */
export function endToEnd(list: HeaderList): HeaderList {
  const named = new Set(
    list
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((token) => token.trim().toLowerCase())),
  )
  return list.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
}

/** As `http` takes them: names that come twice have a list, but for cookies, of which there is one line. */
export function asObject(list: HeaderList): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = {}
  const known = new Map<string, string>()
  for (const [name, value] of list) {
    const key = known.get(name.toLowerCase()) ?? name
    known.set(name.toLowerCase(), key)
    const before = Object.hasOwn(object, key) ? object[key] : undefined
    if (before === undefined) Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
    else if (name.toLowerCase() === 'cookie') object[key] = `${String(before)}; ${value}`
    else object[key] = [...(Array.isArray(before) ? before : [before]), value]
  }
  return object
}

/** How a body is framed: its length, chunks, or that there is none. `refused`: a coding that nobody here reads. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: string }
  | { readonly kind: 'chunks' }
  | { readonly kind: 'refused' }

export function framingOf(headers: { readonly 'content-length'?: string | undefined; readonly 'transfer-encoding'?: string | undefined }): Framing {
  const { 'content-length': bytes, 'transfer-encoding': coding } = headers
  if (coding !== undefined) return coding.trim().toLowerCase() === 'chunked' && bytes === undefined ? { kind: 'chunks' } : { kind: 'refused' }
  if (bytes === undefined) return { kind: 'none' }
  return /^\d{1,15}$/.test(bytes) ? { kind: 'length', bytes } : { kind: 'refused' }
}

/** The header that says so; none for none. */
export function framingHeader(framing: Framing): HeaderList {
  switch (framing.kind) {
    case 'length':
      return [['Content-Length', framing.bytes]]
    case 'chunks':
      return [['Transfer-Encoding', 'chunked']]
    default:
      return []
  }
}
