import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { z } from 'zod'
import { KnockId, PeerId } from '../../../shared/ids.ts'
import { Capability } from '../../../shared/model/door.ts'
import { DecodeError, decode, encode } from '../../platform/cbor.ts'
import { open, seal, type EnvelopeKind } from '../../platform/envelope.ts'
import {
  MAX_ENVELOPE_BYTES,
  MAX_FOR_MS,
  MAX_GREETING_BYTES,
  MAX_GREETING_LENGTH,
  MAX_NAME_LENGTH,
  MAX_PATH_LENGTH,
  MAX_REMAINING_MS,
  TOKEN_BYTES,
  WORK_NONCE_BYTES,
  WORK_SALT_BYTES,
} from './constants.ts'

const bytes = (holds: (length: number) => boolean) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && holds(value.byteLength),
    'not bytes of the right length',
  )
const exactly = (length: number) => bytes((actual) => actual === length)

const Greeting = z
  .string()
  .max(MAX_GREETING_LENGTH)
  .refine((text) => Buffer.byteLength(text) <= MAX_GREETING_BYTES, `must be at most ${MAX_GREETING_BYTES} bytes`)

/**
 * The price of a place in a full queue: a nonce that makes the hash begin with so many zero bits. See
 * features/door/work.ts.
 */
export const Work = z.object({ salt: exactly(WORK_SALT_BYTES), nonce: exactly(WORK_NONCE_BYTES) })
export type Work = z.infer<typeof Work>

/** What exactly is asked for; a field that does not fit the capability is left out. A stranger's words, all of them. */
const About = z.object({
  name: z.string().max(MAX_NAME_LENGTH).optional(),
  bytes: z.int().nonnegative().optional(),
  path: z.string().max(MAX_PATH_LENGTH).optional(),
})

export const KnockRequest = z.object({
  kind: z.literal('knock'),
  id: KnockId,
  capability: Capability,
  greeting: Greeting,
  about: About.optional(),
  token: exactly(TOKEN_BYTES).optional(),
  work: Work.optional(),
})
export type KnockRequest = z.infer<typeof KnockRequest>

export const Request = z.discriminatedUnion('kind', [
  KnockRequest,
  z.object({ kind: z.literal('verdict'), envelope: bytes((length) => length <= MAX_ENVELOPE_BYTES) }),
  z.object({ kind: z.literal('withdraw'), id: KnockId }),
])
export type Request = z.infer<typeof Request>

/** How long an opening lasts, as far as the one who opens discloses it. */
export const OpenFor = z.enum(['once', 'quit', 'forever'])
export type OpenFor = z.infer<typeof OpenFor>

/** `forMs`: what is left of it, where it ends at a time; `until` is then `quit`, which older Latches go by. */
const ForMs = z.int().min(1).max(MAX_FOR_MS).optional()
export interface Opening {
  readonly until: OpenFor
  readonly forMs?: number | undefined
}

/** Time left, never a time of day: the two clocks need not agree. */
const RemainingMs = z.int().min(0).max(MAX_REMAINING_MS)

const Allowed = z.object({ status: z.literal('allowed'), until: OpenFor, forMs: ForMs })
/** `unproven`: no valid hello came; everything else that leads to a no is `door`, and says no more. */
const Denied = z.object({ status: z.literal('denied'), code: z.enum(['door', 'unproven']) })
/**
 * `shown`: a person has the question before them now; otherwise others are asked about first, or they do not say.
 * `quiet`: they do not want to be disturbed, and see it when they look.
 */
const Pending = z.object({
  status: z.literal('pending'),
  remainingMs: RemainingMs,
  shown: z.boolean(),
  quiet: z.boolean().optional(),
})
const Busy = z.object({ status: z.literal('busy'), workBits: z.int().min(1).max(64), salt: exactly(WORK_SALT_BYTES) })
const Malformed = z.object({ status: z.literal('malformed') })

export const KnockReply = z.discriminatedUnion('status', [Allowed, Denied, Pending, Busy, Malformed])
export type KnockReply = z.infer<typeof KnockReply>

/** To a verdict or a withdrawal. */
export const Receipt = z.discriminatedUnion('status', [
  z.object({ status: z.literal('taken') }),
  z.object({ status: z.literal('refused'), code: z.enum(['unknown', 'forged', 'replayed']) }),
  Malformed,
])
export type Receipt = z.infer<typeof Receipt>

/**
 * What became of a knock, signed by the device whose door it is. `to` and `id` bind it to one knock of one device;
 * `seq` rises with each verdict on the same knock (an answer can be taken back), so that an old one cannot be shown
 * again.
 */
export const Verdict = z.intersection(
  z.object({ id: KnockId, to: PeerId, capability: Capability, seq: z.int().min(1) }),
  z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('allowed'), until: OpenFor, forMs: ForMs }),
    z.object({ outcome: z.enum(['denied', 'unanswered']) }),
    // Shown and not quiet, unless it says otherwise.
    z.object({
      outcome: z.literal('pending'),
      remainingMs: RemainingMs,
      shown: z.boolean().optional(),
      quiet: z.boolean().optional(),
    }),
  ]),
)
export type Verdict = z.infer<typeof Verdict>

const VERDICT: EnvelopeKind = { domain: 'latch-verdict', type: '/latch/verdict/1' }

export function sealVerdict(verdict: Verdict, deviceKey: PrivateKey): Promise<Uint8Array<ArrayBuffer>> {
  return seal(VERDICT, encode(verdict), deviceKey)
}

/** Who signed it, and what it says. Errors: EnvelopeError, DecodeError. */
export async function openVerdict(envelope: Uint8Array): Promise<{ signer: PeerId; verdict: Verdict }> {
  if (envelope.byteLength > MAX_ENVELOPE_BYTES) throw new DecodeError(`a verdict of ${envelope.byteLength} bytes`)
  const { publicKey, payload } = await open(VERDICT, envelope)
  const signer = PeerId.parse(peerIdFromPublicKey(publicKey).toString())
  return { signer, verdict: decode(payload, Verdict, MAX_ENVELOPE_BYTES) }
}
