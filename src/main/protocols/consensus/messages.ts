import { z } from 'zod'
import {
  MAX_OFFSET_MS,
  MAX_PAYLOAD_BYTES,
  MAX_VALIDATORS,
  SESSION_BYTES,
  SIGNATURE_BYTES,
  VALUE_BYTES,
  VALUE_PREFIX,
} from './constants.ts'

const bytes = (holds: (value: Uint8Array) => boolean) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && holds(value), 'not bytes of the right form')

const Session = bytes((value) => value.byteLength === SESSION_BYTES)
const Value = bytes(
  (value) => value.byteLength === VALUE_BYTES && VALUE_PREFIX.every((byte, index) => value[index] === byte),
)
const Payload = bytes((value) => value.byteLength > 0 && value.byteLength <= MAX_PAYLOAD_BYTES).nullable()

/** `by`: the validator's place in the session's roster. There is no bitmask: whoever reads makes one, of what verified. */
const Signature = z.object({
  by: z.int().min(0).max(MAX_VALIDATORS - 1),
  signature: bytes((value) => value.byteLength === SIGNATURE_BYTES),
})
export type Signature = z.infer<typeof Signature>

/** `place` 1: the first value this validator signed in the session, of which there is one; 2: another. */
const Vote = Signature.extend({ place: z.union([z.literal(1), z.literal(2)]) })
export type Vote = z.infer<typeof Vote>

/** A value and who signed it, in the order in which they did: the leader first. */
export const ValueMessage = z.object({
  kind: z.literal('value'),
  session: Session,
  value: Value,
  signatures: z.array(Vote).min(1).max(MAX_VALIDATORS),
  payload: Payload,
})
export type ValueMessage = z.infer<typeof ValueMessage>

/** So many took this value first that no other can be; and the commits of those who have seen it. */
export const QuorumMessage = z.object({
  kind: z.literal('quorum'),
  session: Session,
  value: Value,
  firsts: z.array(Signature).min(1).max(MAX_VALIDATORS),
  commits: z.array(Signature).max(MAX_VALIDATORS),
  payload: Payload,
})
export type QuorumMessage = z.infer<typeof QuorumMessage>

export const CommitMessage = z.object({
  kind: z.literal('commit'),
  session: Session,
  value: Value,
  commits: z.array(Signature).min(1).max(MAX_VALIDATORS),
})
export type CommitMessage = z.infer<typeof CommitMessage>

export const Message = z.discriminatedUnion('kind', [ValueMessage, QuorumMessage, CommitMessage])
export type Message = z.infer<typeof Message>

const Offset = z.int().min(-MAX_OFFSET_MS).max(MAX_OFFSET_MS)

/** `sentMs`: what the sender's clock says, counted from the slot's start. Not signed: a figure, and no reason for anything. */
export const Frame = z.object({ sentMs: Offset, message: Message })
export type Frame = z.infer<typeof Frame>

/** Says nothing but when it was sent, by the sender's wall clock: so that delay is known before anything depends on it. */
export const Ping = z.object({ kind: z.literal('ping'), atMs: z.int().nonnegative() })
export type Ping = z.infer<typeof Ping>

/** What one side says on its stream. */
export const Said = z.union([Frame, Ping])
export type Said = z.infer<typeof Said>

/** Back to the sender: how late the frame came by the two clocks, so that each learns of both directions. */
export const Heard = z.object({ kind: z.literal('heard'), lateMs: Offset })
export type Heard = z.infer<typeof Heard>
