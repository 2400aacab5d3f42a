import { z } from 'zod'
import { PeerId, TimeMs } from '../../../shared/ids.ts'
import {
  MAX_COOKIE_CHARACTERS,
  MAX_DISCOVERED,
  MAX_LOCATED,
  MAX_NOTICE_MS,
  MAX_OTHERS,
  MAX_PROBE_PORTS,
  MAX_RECORD_BYTES,
  MAX_REGISTRATION_BYTES,
  MAX_REQUEST_BYTES,
} from './constants.ts'
import { Topic } from './envelopes.ts'
import type { Refused as RefusedReply, RefusedCode } from './types.ts'

const bytes = (max: number) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.byteLength > 0 && value.byteLength <= max,
    `not 1 to ${max} bytes`,
  )

/** Null: no such limit. */
const Most = z.int().nonnegative().nullable()
const Port = z.int().min(1).max(65_535)
const Cookie = z.string().min(1).max(MAX_COOKIE_CHARACTERS)

export const Request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('describe') }),
  // One that is too long for a registration is answered with a word of its own, not as malformed.
  z.object({ kind: z.literal('register'), registration: bytes(MAX_REQUEST_BYTES) }),
  z.object({ kind: z.literal('unregister') }),
  z.object({
    kind: z.literal('discover'),
    topic: Topic,
    limit: z.int().min(1).max(MAX_DISCOVERED),
    after: Cookie.optional(),
  }),
  z.object({ kind: z.literal('locate'), peerIds: z.array(PeerId).min(1).max(MAX_LOCATED) }),
  z.object({ kind: z.literal('probe'), ports: z.array(Port).min(1).max(MAX_PROBE_PORTS) }),
  z.object({ kind: z.literal('attend') }),
])
export type Request = z.infer<typeof Request>

const codes: Readonly<Record<RefusedCode, true>> = {
  forged: true,
  replayed: true,
  expired: true,
  'not-yours': true,
  'too-many': true,
  'too-large': true,
  denied: true,
  busy: true,
  draining: true,
  malformed: true,
}

/** A code that a newer Latch made up is a refusal all the same. */
const Code = z
  .string()
  .max(32)
  .transform((code): RefusedCode => (isCode(code) ? code : 'denied'))

function isCode(code: string): code is RefusedCode {
  return Object.hasOwn(codes, code)
}

const Refused = z.object({ status: z.literal('refused'), code: Code })
const Malformed = z.object({ status: z.literal('malformed') })

/** What may come instead of the answer that was asked for. */
const instead = <Schema extends z.core.$ZodTypeDiscriminable>(answer: Schema) =>
  z.discriminatedUnion('status', [answer, Refused, Malformed])

export const Described = instead(
  z.object({
    status: z.literal('described'),
    record: bytes(MAX_RECORD_BYTES),
    others: z.array(bytes(MAX_RECORD_BYTES)).max(MAX_OTHERS),
    nowMs: TimeMs,
    observed: z.string().max(512),
    relay: z.object({ durationMs: Most, dataBytes: Most }).nullable(),
    draining: z.boolean(),
  }),
)
export const Registered = instead(z.object({ status: z.literal('registered'), expiresMs: TimeMs }))
export const Unregistered = instead(z.object({ status: z.literal('unregistered') }))
export const Found = instead(
  z.object({
    status: z.literal('found'),
    registrations: z.array(bytes(MAX_REGISTRATION_BYTES)).max(MAX_DISCOVERED),
    more: Cookie.nullable(),
  }),
)
export const Probed = instead(
  z.object({
    status: z.literal('probed'),
    results: z.array(z.object({ port: Port, reached: z.boolean() })).max(MAX_PROBE_PORTS),
  }),
)
export const Attended = instead(z.object({ status: z.literal('attended') }))

type Any = typeof Described | typeof Registered | typeof Unregistered | typeof Found | typeof Probed | typeof Attended

/** Any of them, as the introducer writes it. */
export type Reply = Exclude<z.input<Any>, { status: 'refused' }> | RefusedReply

/** A kind of a later version is passed over. */
export const AnyNotice = z.object({ kind: z.string().max(32) })
export const Notice = z.object({ kind: z.literal('draining'), withinMs: z.int().min(0).max(MAX_NOTICE_MS) })
