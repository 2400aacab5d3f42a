import { isIPv6 } from 'node:net'
import { LatchError } from '../../shared/errors.ts'

/** Bounds one line of the log: an error's text or a list can be as long as a stranger made it. */
const MAX_TEXT_CHARS = 1_000
const MAX_ITEMS = 20
const MAX_DEPTH = 4

/** Fields whose value is somebody's words or name, or a secret, whatever it looks like. */
const WORDS = ['text', 'body', 'content', 'greeting', 'note', 'draft', 'query', 'name', 'petname', 'label', 'filename']
const BYTES = ['plain', 'payload', 'frame', 'bytes']
const SECRETS = ['phrase', 'entropy', 'seed', 'mnemonic', 'words', 'key', 'token', 'ticket', 'password', 'passphrase']
const MORE_SECRETS = ['secret', 'keyring', 'authorization', 'cookie', 'invitation', 'link']
const WHOLE_NAMES = new Set([...WORDS, ...BYTES, ...SECRETS, ...MORE_SECRETS])
const LAST_WORDS = new Set(['text', ...SECRETS, ...MORE_SECRETS])

/** `key` is secret, and `privateKey`, `mail_key`, `accessToken`, but `keyBackend` and `bytesRead` are not. */
function isSecret(field: string): boolean {
  const lastWord = field.split(/(?=[A-Z])|[_\-.]/).at(-1) ?? field
  return WHOLE_NAMES.has(field.toLowerCase()) || LAST_WORDS.has(lastWord.toLowerCase())
}

/**
 * Text as it may stand in the log: other machines' addresses, deep links, bearer tokens and anything that looks like
 * key material are masked. Loopback and wildcard addresses say nothing of anybody and stay.
 */
export function maskText(text: string): string {
  const short = text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}… (${text.length} characters)` : text
  return short
    .replace(/latch:\/\/[^\s"'<>]*/gi, 'latch://[link]')
    .replace(/\b(bearer)\s+\S+/gi, '$1 [token]')
    .replace(/\/(dns[46]?|dnsaddr|sni)\/[^/\s]+/gi, '/$1/[host]')
    .replace(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)/g, (ip) => (/^(127\.|0\.0\.0\.0)/.test(ip) ? ip : '[ip]'))
    .replace(/(?<![\w:])[0-9a-f:]*:[0-9a-f:]*(?![\w:])/gi, (ip) => (isIPv6(ip) && !/^::1?$/.test(ip) ? '[ip]' : ip))
    .replace(/\b[0-9a-f]{64,}\b/gi, '[hex]')
}

/** Any value as it may stand in the log. Never throws. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (depth >= MAX_DEPTH) return '[deeper]'
  if (value instanceof Error) return redactError(value, depth)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1))
    return value.length > MAX_ITEMS ? [...items, `… ${value.length} items`] : items
  }
  const plain = Object.prototype.toString.call(value) === '[object Object]' && !('toJSON' in value)
  if (!plain || isForeign(value)) return maskText(describe(value))
  return redactFields(value as Record<string, unknown>, depth)
}

export function redactFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const redacted: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields).slice(0, MAX_ITEMS)) {
    redacted[name] = isSecret(name) && value != null ? '[redacted]' : redact(value, depth + 1)
  }
  return redacted
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = error instanceof LatchError ? error.code : (error as Error & { code?: unknown }).code
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 12) ?? []
  return {
    type: error.name,
    message: maskText(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(depth === 0 || depth === 1 ? { stack: frames.map((line) => line.trim()) } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  }
}

/** Objects of a class (a peer id, a multiaddr, a stream) say what they are in their own words, if they have any. */
function isForeign(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype !== null && prototype !== Object.prototype
}

function describe(value: object): string {
  try {
    const text = (value as { toString(): string }).toString()
    return text.startsWith('[object ') ? `[${value.constructor?.name ?? 'object'}]` : text
  } catch {
    return '[object]'
  }
}
