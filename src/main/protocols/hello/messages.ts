import { z } from 'zod'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import {
  HELLO_VERSION,
  MAX_AGENT_LENGTH,
  MAX_HELLO_BYTES,
  MAX_LIST_BYTES,
  MAX_NAME_LENGTH,
  MAX_RAW_TEXT_LENGTH,
  MAX_REVOCATION_BYTES,
  MAX_REVOCATIONS,
  POINTS,
} from './constants.ts'
import { HelloError } from './errors.ts'

const Envelope = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.byteLength > 0 && value.byteLength <= MAX_LIST_BYTES,
  `not 1 to ${MAX_LIST_BYTES} bytes`,
)

const Revocation = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.byteLength > 0 && value.byteLength <= MAX_REVOCATION_BYTES,
  `not 1 to ${MAX_REVOCATION_BYTES} bytes`,
)

const text = (maxLength: number) =>
  z
    .string()
    .max(MAX_RAW_TEXT_LENGTH)
    .transform((raw) => cleanText(raw, maxLength))

const Version = z.object({ version: z.int() })

/** What a device says of itself. Only the list proves anything; the name and the agent are what it likes to say. */
const Hello = z.object({
  version: z.literal(HELLO_VERSION),
  deviceList: Envelope,
  name: text(MAX_NAME_LENGTH),
  agent: text(MAX_AGENT_LENGTH),
  /** Ends of accounts, signed by them, that this device passes on. Who does not know of them passes over it. */
  revocations: z.array(Revocation).max(MAX_REVOCATIONS).optional(),
})
export type Hello = z.infer<typeof Hello>

const RefusalStatus = z.enum(['malformed', 'unknown-version', 'forged', 'not-in-list', 'older-list', 'conflict', 'revoked'])
export type RefusalStatus = z.infer<typeof RefusalStatus>

/**
 * Why a hello was not taken. `newest` is the list the refusing side knows, when that is what the other side lacks; of an account
 * that was `revoked`, its revocation.
 */
const Refusal = z.object({ status: RefusalStatus, newest: Envelope.optional() })
export type Refusal = z.infer<typeof Refusal>

const Kind = z.object({ status: z.string().optional() })
const Closing = z.union([z.object({ status: z.literal('ok') }), Refusal])

export type Reply = { kind: 'hello'; hello: Hello } | { kind: 'refusal'; refusal: Refusal }

export function encodeHello(hello: Hello): Uint8Array {
  return encode(hello)
}

export function encodeRefusal({ status, newest }: Refusal): Uint8Array {
  return encode(newest === undefined ? { status } : { status, newest })
}

export function encodeTaken(): Uint8Array {
  return encode({ status: 'ok' })
}

/** The first frame. Errors: HelloError with the status to answer. */
export function decodeHello(frame: Uint8Array | null): Hello {
  return taking(frame, (bytes) => {
    // The version first: a later one may have other fields, and is then not malformed.
    const { version } = decode(bytes, Version, MAX_HELLO_BYTES)
    if (version !== HELLO_VERSION) {
      const why = `a hello of version ${version}; ${HELLO_VERSION} is spoken`
      throw new HelloError('unknown-version', why, POINTS.unknownVersion)
    }
    return decode(bytes, Hello, MAX_HELLO_BYTES)
  })
}

/** The answer: a hello, or a status. Errors: HelloError with the status to close with. */
export function decodeReply(frame: Uint8Array | null): Reply {
  const isHello = taking(frame, (bytes) => decode(bytes, Kind, MAX_HELLO_BYTES).status === undefined)
  if (isHello) return { kind: 'hello', hello: decodeHello(frame) }
  return { kind: 'refusal', refusal: taking(frame, (bytes) => decode(bytes, Refusal, MAX_HELLO_BYTES)) }
}

/** The closing frame: null where the hello was taken, also by a side that ends without a word. Errors: HelloError. */
export function decodeClosing(frame: Uint8Array | null): Refusal | null {
  if (frame === null) return null
  const closing = taking(frame, (bytes) => decode(bytes, Closing, MAX_HELLO_BYTES))
  return closing.status === 'ok' ? null : closing
}

/**
 * A stranger's text as it may be shown: one line of at most `maxLength` UTF-16 units, without control, formatting or
 * direction characters and without halves of surrogate pairs; runs of space become one.
 */
export function cleanText(raw: string, maxLength: number): string {
  const line = raw
    .toWellFormed()
    .replace(/[\t\n\v\f\r\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\uFFFD]/gu, '')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()
  // A pair that the length cuts in half becomes U+FFFD, and goes.
  return line.slice(0, maxLength).toWellFormed().replace(/\uFFFD$/u, '').trim()
}

function taking<T>(frame: Uint8Array | null, take: (bytes: Uint8Array) => T): T {
  if (frame === null) throw new HelloError('malformed', 'the stream ended where a message was due', POINTS.malformed)
  try {
    return take(frame)
  } catch (cause) {
    if (cause instanceof DecodeError) throw new HelloError('malformed', cause.message, POINTS.malformed, { cause })
    throw cause
  }
}
