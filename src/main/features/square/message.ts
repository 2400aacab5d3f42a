import type { PrivateKey } from '@libp2p/interface'
import { base36 } from 'multiformats/bases/base36'
import { z } from 'zod'
import { AccountId, TimeMs } from '../../../shared/ids.ts'
import { NetworkId } from '../../../shared/model/ledger.ts'
import { RoomName } from '../../../shared/model/square.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { EnvelopeError, open, seal } from '../../platform/envelope.ts'
import { cleanText } from '../../protocols/hello/index.ts'
import { MAX_NAME_CHARS, MAX_POST_BYTES, MAX_RAW_NAME_CHARS, MAX_SKEW_MS, MAX_TEXT_BYTES, NONCE_BYTES } from './limits.ts'

/** Nothing else is signed under it. */
export const POST_ENVELOPE = { domain: 'latch-square-post', type: '/latch/square-post/1' }

const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength

/** Control characters but the line break, and what turns the direction of the text around it. */
const UNFIT = /(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u
const EVERY_UNFIT = new RegExp(UNFIT, 'gu')

const Payload = z.object({
  v: z.literal(1),
  network: NetworkId,
  room: RoomName,
  claimedName: z.string().max(MAX_RAW_NAME_CHARS),
  sentAtMs: TimeMs,
  nonce: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === NONCE_BYTES, `not ${NONCE_BYTES} bytes`),
  text: z
    .string()
    .min(1)
    .refine((text) => bytesOf(text) <= MAX_TEXT_BYTES, `more than ${MAX_TEXT_BYTES} bytes of text`)
    .refine((text) => !UNFIT.test(text) && text.isWellFormed(), 'characters that no text has')
    .refine((text) => text.trim() === text, 'space around the text'),
})
export type Payload = z.infer<typeof Payload>

/** A message as its author signed it, so far as it can be read. */
export type OpenedPost = Payload & { readonly author: AccountId }

/**
 * What somebody typed, as it is sent: one kind of line break, tabs as a space, no other control or direction characters.
 * Null: nothing is left.
 */
export function sendable(text: string): string | null {
  const clean = text
    .toWellFormed()
    .replaceAll(/\r\n?|\u2028|\u2029/gu, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(EVERY_UNFIT, '')
    .trim()
  return clean === '' ? null : clean
}

export function isTooLong(text: string): boolean {
  return bytesOf(text) > MAX_TEXT_BYTES
}

export function sealPost(payload: Omit<Payload, 'v'>, accountKey: PrivateKey): Promise<Uint8Array<ArrayBuffer>> {
  return seal(POST_ENVELOPE, encode({ v: 1, ...payload }), accountKey)
}

/** The bytes of a message, its size and signature checked, the author's name fit to be shown. `malformed` says what is wrong. */
export async function openPost(bytes: Uint8Array): Promise<OpenedPost | { readonly malformed: string }> {
  if (bytes.byteLength > MAX_POST_BYTES) return { malformed: `${bytes.byteLength} bytes` }
  try {
    const { publicKey, payload } = await open(POST_ENVELOPE, bytes)
    if (publicKey.type !== 'Ed25519') return { malformed: 'not the key of an account' }
    const said = decode(payload, Payload, MAX_POST_BYTES)
    const author = AccountId.parse(publicKey.toCID().toString(base36))
    return { ...said, author, claimedName: cleanText(said.claimedName, MAX_NAME_CHARS) }
  } catch (error) {
    if (error instanceof EnvelopeError || error instanceof DecodeError) return { malformed: error.message }
    throw error
  }
}

export type Judgement = { readonly verdict: 'accept' | 'ignore' | 'reject'; readonly why: string }

/** Whether an opened message belongs where it came, by its own words. Rates and blocks are the caller's. */
export function judged(post: OpenedPost, at: { network: NetworkId; room: RoomName; nowMs: number }): Judgement {
  if (post.network !== at.network) return { verdict: 'reject', why: 'a message of another network' }
  if (post.room !== at.room) return { verdict: 'reject', why: 'a message of another room' }
  const skewMs = post.sentAtMs - at.nowMs
  // Clocks differ, and a message may have waited: nobody's fault, and the bound that makes the seen-cache permanent.
  if (skewMs < -MAX_SKEW_MS) return { verdict: 'ignore', why: 'older than five minutes' }
  if (skewMs > MAX_SKEW_MS) return { verdict: 'ignore', why: 'more than five minutes ahead' }
  return { verdict: 'accept', why: 'well formed, and of now' }
}
