import type { PrivateKey, PublicKey } from '@libp2p/interface'
import { CID } from 'multiformats/cid'
import { z } from 'zod'
import { AccountId, ConversationId, PeerId, TimeMs, type MessageId } from '../../../shared/ids.ts'
import { cidOf, decode, DecodeError, encode } from '../../platform/cbor.ts'
import { EnvelopeError, open, reopen, seal } from '../../platform/envelope.ts'
import { KnownBody, Seq } from './bodies.ts'
import { ENTRY_KIND, MAX_ENTRY_BYTES } from './constants.ts'
import { EntryError } from './errors.ts'

/** What a JavaScript `Date` can hold; a time beyond it could not be shown. */
const LATEST_TIME_MS = 8_640_000_000_000_000

const Link = z.custom<CID>((value) => CID.asCID(value) !== null, 'not a link')

/** A kind this version does not know is any map with a `kind`: kept and carried on, never shown. */
const AnyBody = z.looseObject({ kind: z.string().min(1).max(32) })

/**
 * One entry of a device's log in a conversation. `prev` is the entry before it in the same log; `clock` is a Lamport
 * number, higher than that of every entry its author had seen: what happened after what, without trusting any clock.
 */
export const Entry = z.object({
  v: z.literal(1),
  conversation: ConversationId,
  account: AccountId,
  device: PeerId,
  seq: Seq,
  prev: Link.nullable(),
  sentAtMs: TimeMs.max(LATEST_TIME_MS),
  clock: z.int().positive(),
  body: AnyBody,
})
export type Entry = z.infer<typeof Entry>

const AnyVersion = z.looseObject({ v: z.int() })

/** What every version of an entry keeps, so that a newer one can be refused without harm to other logs. */
const Place = z.object({ conversation: ConversationId, device: PeerId, seq: Seq })

/** An entry whose signature holds. Whether `signer` may write it, and here, is for the validator to say. */
export interface SignedEntry {
  readonly id: MessageId
  readonly entry: Entry
  readonly body: KnownBody | null
  readonly signer: PublicKey
  /** The envelope as it came: what is stored, and carried on. */
  readonly envelope: Uint8Array
}

/** Signs what this device writes. */
export async function signEntry(entry: Entry, deviceKey: PrivateKey): Promise<SignedEntry> {
  const bytes = encode(entry)
  const envelope = await seal(ENTRY_KIND, bytes, deviceKey)
  return { id: cidOf(bytes) as MessageId, entry, body: knownBody(entry), signer: deviceKey.publicKey, envelope }
}

/** Opens what somebody sent: size, then signature, then schema. Errors: EntryError, with the status to answer. */
export async function openEntry(envelope: Uint8Array): Promise<SignedEntry> {
  const sizeBytes = envelope.byteLength
  if (sizeBytes > MAX_ENTRY_BYTES) throw new EntryError('too-large', `an entry of ${sizeBytes} bytes`)
  const { publicKey, payload } = await open(ENTRY_KIND, envelope).catch((cause: unknown) => {
    if (cause instanceof EnvelopeError) throw new EntryError('bad-signature', cause.message, null, { cause })
    throw cause
  })
  const entry = readEntry(payload)
  return { id: cidOf(payload) as MessageId, entry, body: knownBody(entry), signer: publicKey, envelope }
}

/** An entry that this device stored, which it did after its signature was checked. */
export function readOwnEntry(envelope: Uint8Array): SignedEntry {
  const { publicKey, payload } = reopen(envelope)
  const entry = readEntry(payload)
  return { id: cidOf(payload) as MessageId, entry, body: knownBody(entry), signer: publicKey, envelope }
}

function readEntry(payload: Uint8Array): Entry {
  try {
    const value = decode(payload, AnyVersion, MAX_ENTRY_BYTES)
    if (value.v !== 1) {
      throw new EntryError('version', `an entry of version ${value.v}`, Place.safeParse(value).data ?? null)
    }
    return checked(Entry, value)
  } catch (cause) {
    if (cause instanceof DecodeError) throw new EntryError('malformed', `entry: ${cause.message}`, null, { cause })
    throw cause
  }
}

const KNOWN = new Set<string>(KnownBody.options.map((option) => option.shape.kind.value))

function knownBody(entry: Entry): KnownBody | null {
  return KNOWN.has(entry.body.kind) ? checked(KnownBody, entry.body) : null
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new EntryError('malformed', `entry: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'not of the schema'}`)
}
