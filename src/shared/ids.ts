import { z } from 'zod'

/**
 * One installation, as libp2p names it: the base58btc multihash of its public key.
 * Ours are Ed25519 (`12D3KooW…`); the other two forms are legal libp2p ids that a stranger may carry.
 */
export const PeerId = z
  .string()
  .regex(/^(12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{40,50}$/, 'not a peer id')
  .brand('PeerId')
export type PeerId = z.infer<typeof PeerId>

/** A person: the CIDv1 (libp2p-key, base36) of their Ed25519 account key, written as IPNS names are. */
export const AccountId = z
  .string()
  .regex(/^k51[0-9a-z]{59}$/, 'not an account id')
  .brand('AccountId')
export type AccountId = z.infer<typeof AccountId>

/** A conversation: the SHA-256 of what its members agree on, base32 (RFC 4648, lower case, no padding). */
export const ConversationId = z
  .string()
  .regex(/^[a-z2-7]{52}$/, 'not a conversation id')
  .brand('ConversationId')
export type ConversationId = z.infer<typeof ConversationId>

/** A message: the CID (v1, dag-cbor, SHA-256) of its signed log entry. */
export const MessageId = z
  .string()
  .regex(/^bafyrei[a-z2-7]{52}$/, 'not a message id')
  .brand('MessageId')
export type MessageId = z.infer<typeof MessageId>

/** Bytes that were offered: the root of their hash tree, base32 (RFC 4648, lower case, no padding). */
export const FileId = z
  .string()
  .regex(/^[a-z2-7]{52}$/, 'not a file id')
  .brand('FileId')
export type FileId = z.infer<typeof FileId>

const random128 = z.string().regex(/^[a-z2-7]{26}$/)

/** 128 random bits, base32; chosen by the device that knocks. */
export const KnockId = random128.brand('KnockId')
export type KnockId = z.infer<typeof KnockId>

/** 128 random bits, base32; chosen by the device whose door it is. */
export const RuleId = random128.brand('RuleId')
export type RuleId = z.infer<typeof RuleId>

/** One file on its way to or from this device: 128 random bits, base32; chosen by this device. */
export const TransferId = random128.brand('TransferId')
export type TransferId = z.infer<typeof TransferId>

/** A libp2p multiaddr in its text form. Whether it can be dialled is found out by dialling. */
export const Address = z.string().min(1).max(512).startsWith('/')
export type Address = z.infer<typeof Address>

/** Milliseconds since the Unix epoch, on the clock of the machine that wrote it. */
export const TimeMs = z.int().nonnegative()
