import { createHash } from 'node:crypto'
import { encode } from '../../platform/cbor.ts'
import { KEY_BYTES, MAX_VALIDATORS, SESSION_BYTES, VALUE_BYTES } from '../../protocols/consensus/index.ts'
import { hex } from './bytes.ts'

/** Mixed into every session's name; never changed. */
const SESSION_DOMAIN = 'latch-consensus-session-1'

/** What one agreement is about. Two sessions that differ in any of it share no signature. */
export interface SessionFacts {
  /** The network's id. Whoever makes one binds its fault bound and its Δ into it (they are in the genesis). */
  readonly network: string
  /** Ed25519 public keys, raw, in the roster's order: a validator's index is its place here. */
  readonly validators: readonly Uint8Array[]
  /** Index of the slot's leader. */
  readonly leader: number
  readonly slot: number
  /** The block that this slot's would follow: its CID, binary. */
  readonly parent: Uint8Array
}

/** How much of what is enough. Functions of n and t alone; see the proofs in dolev-strong.ts. */
export interface Needs {
  /** After this round it is over. */
  readonly rounds: number
  /** Distinct signatures, the leader's among them, with which a value that is new is taken in this round. */
  signatures(round: number): number
  /** First signatures that make a quorum. */
  readonly firsts: number
  /** Commits of validators other than the leader, with which a quorum counts in this round. */
  passed(round: number): number
  /** Commits that make a certificate. */
  readonly commits: number
}

export interface Session {
  /** SHA-256 over the facts. */
  readonly id: Uint8Array
  /** The same in hex, for maps and rows. */
  readonly name: string
  readonly facts: SessionFacts
  readonly faults: number
  readonly needs: Needs
}

/** `faults`: how many of the n validators may be false, at most n − 1. Errors: RangeError for facts that no network has. */
export function sessionOf(facts: SessionFacts, faults: number): Session {
  const { validators, leader, slot, parent } = facts
  const count = validators.length
  const isRoster = count >= 1 && count <= MAX_VALIDATORS && new Set(validators.map(hex)).size === count
  if (!isRoster || validators.some((key) => key.byteLength !== KEY_BYTES)) throw new RangeError('not a roster')
  if (!Number.isInteger(leader) || leader < 0 || leader >= count) throw new RangeError(`no validator ${leader}`)
  if (!Number.isSafeInteger(slot) || slot < 0) throw new RangeError(`not a slot: ${slot}`)
  if (!Number.isInteger(faults) || faults < 0 || faults >= count) throw new RangeError(`${faults} of ${count} faulty`)
  if (parent.byteLength !== VALUE_BYTES) throw new RangeError('not a block')
  const id = sessionId(facts)
  return { id, name: hex(id), facts, faults, needs: needsOf(count, faults) }
}

/** A list in DAG-CBOR has one reading, so no two different facts are hashed alike. */
export function sessionId({ network, validators, leader, slot, parent }: SessionFacts): Uint8Array {
  const bytes = encode([SESSION_DOMAIN, network, validators, leader, slot, parent])
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}

export function needsOf(validators: number, faults: number): Needs {
  return {
    rounds: faults + 1,
    signatures: (round) => round,
    // Any two such quorums share more than `faults` validators, so at least one honest one; never more than n.
    firsts: Math.floor((validators + faults) / 2) + 1,
    passed: (round) => round - 1,
    commits: faults + 1,
  }
}

/**
 * What a signature says. `first`: this is the first value I take in this session, which is said of one value; `second`:
 * I take this one too; `commit`: this is what was decided, and it is valid.
 */
export type Saying = 'first' | 'second' | 'commit'

/**
 * The bytes under a signature: those that a libp2p signed envelope (RFC 0002) of this domain and type would sign, so
 * that a validator's key signs nothing that could be shown as an envelope of another kind, nor an envelope as this.
 */
export function signedBytes(saying: Saying, session: Uint8Array, value: Uint8Array): Uint8Array {
  const pieces = [Buffer.from(`latch-consensus-${saying}`), Buffer.from(`/latch/consensus-${saying}/1`)]
  const length = SESSION_BYTES + VALUE_BYTES
  // Each length is below 128, and so is its own varint.
  return Buffer.concat([...pieces.flatMap((piece) => [Buffer.of(piece.length), piece]), Buffer.of(length), session, value])
}
