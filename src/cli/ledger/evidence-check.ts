import { createHash, createPublicKey, verify } from 'node:crypto'
import * as dagCbor from '@ipld/dag-cbor'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import { z } from 'zod'

/*
 * Checks evidence with nothing else at hand: no node, no data folder, no network. Written anew from docs/wire/consensus.md
 * and sharing no code with the node, so that whoever doubts the one has the other; a test holds the two equal.
 */

/** 64 keys, and less than 600 bytes of everything else. */
const MAX_RECORD_BYTES = 4_096
const SESSION_DOMAIN = 'latch-consensus-session-1'
/** A CID, v1, dag-cbor, SHA-256: before the 32 bytes of the hash. */
const CID_PREFIX = [0x01, 0x71, 0x12, 0x20]
/** A libp2p public key of kind Ed25519, as the identity multihash that a peer id is: before the 32 bytes of the key. */
const PEER_PREFIX = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]
const MAX_VALIDATORS = 64

const bytes = (length: number, prefix: readonly number[] = []) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.byteLength === length && prefix.every((byte, at) => value[at] === byte),
    'not bytes of the right form',
  )
const Value = bytes(36, CID_PREFIX)
const Index = z.int().min(0).max(MAX_VALIDATORS - 1)

const Record = z.strictObject({
  saying: z.enum(['first', 'commit']),
  facts: z.strictObject({
    network: z.string().max(128),
    validators: z.array(bytes(32)).min(1).max(MAX_VALIDATORS),
    leader: Index,
    slot: z.int().nonnegative(),
    parent: Value,
  }),
  by: Index,
  values: z.tuple([Value, Value]),
  signatures: z.tuple([bytes(64), bytes(64)]),
})
type Record = z.infer<typeof Record>

/** What a record proves, and what was checked for it; `holds` null: it could not be read so far. */
export type Checked =
  | { readonly outcome: 'refused'; readonly why: string; readonly holds: readonly [boolean, boolean] | null }
  | { readonly outcome: 'proven'; readonly why: string; readonly holds: readonly [true, true]; readonly about: About }

export interface About {
  readonly network: string
  readonly slot: number
  readonly leader: number
  readonly by: number
  readonly validators: number
  readonly peerId: string
  readonly saying: 'first' | 'commit'
  readonly parent: string
  readonly blocks: readonly [string, string]
  /** Hex: the validator's key, what it signed, the signatures. */
  readonly key: string
  readonly messages: readonly [string, string]
  readonly signatures: readonly [string, string]
}

/** Checks the record of docs/wire/consensus.md: its form, then both signatures over what they must be over. */
export function checkRecord(record: Uint8Array): Checked {
  const read = readRecord(record)
  if (typeof read === 'string') return { outcome: 'refused', why: read, holds: null }
  const { saying, facts, by, values, signatures } = read
  const key = facts.validators[by]
  if (key === undefined) return { outcome: 'refused', why: 'It names a validator outside its own roster.', holds: null }
  const messages = [signedBytes(read, values[0]), signedBytes(read, values[1])] as const
  const holds = [isSigned(key, messages[0], signatures[0]), isSigned(key, messages[1], signatures[1])] as const
  if (Buffer.compare(values[0], values[1]) >= 0)
    return { outcome: 'refused', why: 'It does not hold two different blocks, in the order of their bytes.', holds }
  if (!holds[0] || !holds[1]) return { outcome: 'refused', why: whichFails(holds), holds }
  const did = saying === 'commit' ? 'committed to' : by === facts.leader ? 'proposed' : 'signed as the first it took'
  return {
    outcome: 'proven',
    why: `Validator ${by + 1} of ${facts.validators.length} ${did} two blocks in slot ${facts.slot}, where one is allowed.`,
    holds: [true, true],
    about: {
      network: facts.network,
      slot: facts.slot,
      leader: facts.leader,
      by,
      validators: facts.validators.length,
      peerId: base58btc.baseEncode(new Uint8Array([...PEER_PREFIX, ...key])),
      saying,
      parent: idOf(facts.parent),
      blocks: [idOf(values[0]), idOf(values[1])],
      key: hex(key),
      messages: [hex(messages[0]), hex(messages[1])],
      signatures: [hex(signatures[0]), hex(signatures[1])],
    },
  }
}

function whichFails(holds: readonly [boolean, boolean]): string {
  if (!holds[0] && !holds[1]) return 'Neither signature holds.'
  return `The ${holds[0] ? 'second' : 'first'} signature does not hold.`
}

/** Its fields; a sentence where it has others. One form for one proof: a second encoding would be a second hash. */
function readRecord(record: Uint8Array): Record | string {
  if (record.byteLength > MAX_RECORD_BYTES) return 'It is larger than evidence can be.'
  try {
    const value: unknown = dagCbor.decode(record)
    if (Buffer.compare(dagCbor.encode(value), record) !== 0) return 'It is not written in the one form that it can have.'
    const parsed = Record.safeParse(value)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    return `It does not have the fields of evidence (${issue?.path.join('.') || 'the whole'}).`
  } catch {
    return 'It cannot be read.'
  }
}

/** As a libp2p signed envelope (RFC 0002) of this kind would be signed; each length is below 128, its own varint. */
function signedBytes({ saying, facts }: Record, value: Uint8Array): Uint8Array {
  const { network, validators, leader, slot, parent } = facts
  const list = dagCbor.encode([SESSION_DOMAIN, network, validators, leader, slot, parent])
  const session = createHash('sha256').update(list).digest()
  const parts = [Buffer.from(`latch-consensus-${saying}`), Buffer.from(`/latch/consensus-${saying}/1`), Buffer.concat([session, value])]
  return Buffer.concat(parts.flatMap((part) => [Buffer.of(part.length), part]))
}

function isSigned(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const x = Buffer.from(key).toString('base64url')
    const object = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
    return verify(null, message, object, signature)
  } catch {
    return false
  }
}

function idOf(value: Uint8Array): string {
  return CID.decode(value).toString()
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex')
}
