import { z } from 'zod'
import { decode, encode } from '../../platform/cbor.ts'
import { bytesOf, hexBytes } from './bytes.ts'
import { BOX_BYTES, DIGEST_BYTES, LETTER_SIZES, MAX_ACKNOWLEDGED, MAX_HEAD_BYTES, MAX_LETTERS_IN_PAGE, MAX_SEALED_BYTES } from './constants.ts'

/** Whatever else it is, it could be read by a newer Latch. */
const AnyRequest = z.object({ as: z.string().min(1).max(32) })

/** A number that rises with each letter that a holder takes. */
const Seq = z.int().nonnegative()

/** The first frame of who opens the stream. */
const Request = z.discriminatedUnion('as', [
  /** I have a letter of so many bytes for whoever registered this box; it follows after a `go`. */
  z.object({ as: z.literal('deposit'), box: hexBytes(BOX_BYTES), bytes: z.int().min(1).max(2 ** 32) }),
  /** Hold mail for me, whom Noise proved, under this box. Also: still. */
  z.object({ as: z.literal('register'), box: hexBytes(BOX_BYTES) }),
  /** No longer, and forget what is there. */
  z.object({ as: z.literal('unregister') }),
  /** What is there for me, beyond this number. */
  z.object({ as: z.literal('collect'), after: Seq }),
  /** These I have for good. */
  z.object({ as: z.literal('acknowledge'), letters: z.array(hexBytes(DIGEST_BYTES)).min(1).max(MAX_ACKNOWLEDGED) }),
  /** From a holder: there is something for you. */
  z.object({ as: z.literal('news') }),
])
export type Request = z.infer<typeof Request>

/** Why a letter is not taken. `refused`: whatever else it is, and it is not said what. */
export const DepositRefusal = z.enum(['refused', 'full', 'too-large', 'busy'])
export type DepositRefusal = z.infer<typeof DepositRefusal>

/** Why somebody's mail is not held. `full`: no more people's. */
export const RegisterRefusal = z.enum(['knock-first', 'denied', 'unproven', 'full', 'busy'])
export type RegisterRefusal = z.infer<typeof RegisterRefusal>

const Status = z.object({ status: z.string().max(32) })

const size = z.int().nonnegative()

/** What is held for all devices of an account, and how much may be. */
export const Room = z.object({ quotaBytes: size, usedBytes: size })
export type Room = z.infer<typeof Room>

/** `forMs`: how long it is held, as the two clocks need not agree. */
const Held = z.object({ status: z.literal('held'), forMs: z.int().positive() })

const Registered = Room.extend({ status: z.literal('registered') })

const Listed = z.object({
  seq: Seq,
  digest: hexBytes(DIGEST_BYTES),
  bytes: z.int().refine((bytes) => LETTER_SIZES.includes(bytes), 'no size that letters have'),
})
export type Listed = z.infer<typeof Listed>

/** The letters follow, each a frame, in this order. */
const Page = Room.extend({
  status: z.literal('page'),
  letters: z.array(Listed).max(MAX_LETTERS_IN_PAGE),
  more: z.boolean(),
})
export type Page = z.infer<typeof Page>

export type DepositAnswer = { readonly status: 'go' } | z.infer<typeof Held> | { readonly status: DepositRefusal }
export type RegisterAnswer = z.infer<typeof Registered> | { readonly status: RegisterRefusal }
export type CollectAnswer = Page | { readonly status: 'refused' | 'busy' }

/** *Errors*: DecodeError. Null: a newer Latch may know what is asked; this one does not. */
export function decodeRequest(frame: Uint8Array): Request | null {
  const { as } = decode(frame, AnyRequest, MAX_HEAD_BYTES)
  if (!Request.options.some(({ shape }) => shape.as.value === as)) return null
  return decode(frame, Request, MAX_HEAD_BYTES)
}

export function encodeRequest(request: Request): Uint8Array<ArrayBuffer> {
  if (request.as === 'deposit' || request.as === 'register') return encode({ ...request, box: bytesOf(request.box) })
  if (request.as === 'acknowledge') return encode({ ...request, letters: request.letters.map(bytesOf) })
  return encode(request)
}

export function encodeStatus(status: string): Uint8Array<ArrayBuffer> {
  return encode({ status })
}

export function encodeHeld(forMs: number): Uint8Array<ArrayBuffer> {
  return encode({ status: 'held', forMs })
}

export function encodeRegistered({ quotaBytes, usedBytes }: Room): Uint8Array<ArrayBuffer> {
  return encode({ status: 'registered', quotaBytes, usedBytes })
}

export function encodePage({ letters, more, quotaBytes, usedBytes }: Omit<Page, 'status'>): Uint8Array<ArrayBuffer> {
  const listed = letters.map((letter) => ({ ...letter, digest: bytesOf(letter.digest) }))
  return encode({ status: 'page', letters: listed, more, quotaBytes, usedBytes })
}

/** *Errors* of these: DecodeError. A status that a newer Latch made up is a refusal. */
export function decodeDepositAnswer(frame: Uint8Array): DepositAnswer {
  const { status } = decode(frame, Status, MAX_HEAD_BYTES)
  if (status === 'go') return { status }
  if (status === 'held') return decode(frame, Held, MAX_HEAD_BYTES)
  return { status: known(DepositRefusal, status, 'refused') }
}

export function decodeRegisterAnswer(frame: Uint8Array): RegisterAnswer {
  const { status } = decode(frame, Status, MAX_HEAD_BYTES)
  if (status === 'registered') return decode(frame, Registered, MAX_HEAD_BYTES)
  return { status: known(RegisterRefusal, status, 'denied') }
}

export function decodeCollectAnswer(frame: Uint8Array): CollectAnswer {
  const { status } = decode(frame, Status, MAX_HEAD_BYTES)
  if (status === 'page') return decode(frame, Page, MAX_HEAD_BYTES)
  return { status: status === 'busy' ? 'busy' : 'refused' }
}

export function decodeStatus(frame: Uint8Array): string {
  return decode(frame, Status, MAX_HEAD_BYTES).status
}

/** Too much for any mailbox, or of no size that letters have. */
export function isTooLarge(bytes: number): boolean {
  return bytes > MAX_SEALED_BYTES
}

function known<Word extends string>(words: z.ZodEnum<Record<Word, Word>>, status: string, otherwise: Word): Word {
  return words.options.find((word) => word === status) ?? otherwise
}

