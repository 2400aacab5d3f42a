import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { applyEntries, type BlockContext } from '../../../src/main/features/ledger/apply.ts'
import { type Block, genesisParent, type Parent, sealHeader } from '../../../src/main/features/ledger/block.ts'
import { type Hex, toHex } from '../../../src/main/features/ledger/bytes.ts'
import { contextOf } from '../../../src/main/features/ledger/context.ts'
import {
  commitmentOf,
  decodeEntry,
  encodeBody,
  type Entry,
  type EntryBody,
  NO_END_MS,
  type Op,
  signEntry,
} from '../../../src/main/features/ledger/entry.ts'
import {
  defaultRules,
  type Genesis,
  leaderOf,
  ownGenesis,
  type Rules,
  slotStartMs,
} from '../../../src/main/features/ledger/genesis.ts'
import { listRoot } from '../../../src/main/features/ledger/merkle.ts'
import { accountRecord, genesisState, type LedgerState } from '../../../src/main/features/ledger/state.ts'
import { HOUR } from '../../../src/shared/units.ts'

/** Somebody with an account key that follows from their name. */
export interface Person {
  readonly name: string
  readonly key: PrivateKey
  readonly account: Hex
}

const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const known = new Map<string, Person>()

export function person(name: string): Person {
  const before = known.get(name)
  if (before !== undefined) return before
  const seed = createHash('sha256').update(`ledger person ${name}`).digest()
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(secret).export({ format: 'jwk' })
  const key = privateKeyFromRaw(Buffer.concat([seed, Buffer.from(x ?? '', 'base64url')]))
  const made = { name, key, account: toHex(key.publicKey.raw) }
  known.set(name, made)
  return made
}

export const START_MS = 1_767_225_600_000
export const SALT = '00112233445566778899aabbccddeeff'
export const NO_WORK = new Uint8Array(8)

/** Nothing costs work: tests of work ask for it. */
export function freeRules(rules: Partial<Rules> = {}): Rules {
  return { ...defaultRules(0), entryBits: 0, nameBits: 0, bitsPerName: 0, ...rules }
}

export function townGenesis(rules: Partial<Rules> = {}, validators = ['leader'], faults = 0): Genesis {
  const own = ownGenesis({ key: person('leader').account, label: 'leader' }, START_MS)
  const roster = validators.map((label) => ({ key: person(label).account, label }))
  return { ...own, validators: roster, faults, rules: freeRules(rules) }
}

/** A ledger in memory that grows block by block, and what is needed to write entries for it. */
export class Town {
  readonly genesis: Genesis
  readonly context: BlockContext
  parent: Parent
  state: LedgerState

  constructor(genesis: Genesis = townGenesis()) {
    this.genesis = genesis
    this.context = contextOf(genesis, () => 'nobody believes it here')
    this.parent = genesisParent(genesis)
    this.state = genesisState(genesis)
  }

  /** When the next block is made, if no time passes. */
  get nextMs(): number {
    return slotStartMs(this.genesis, this.parent.slot + 1)
  }

  get at(): { height: number; timeMs: number } {
    return { height: this.parent.height + 1, timeMs: this.nextMs }
  }

  /** An entry as its author would write it now; `change` makes it another one. */
  entry(who: Person, op: Op, change: Partial<EntryBody> = {}, work = NO_WORK): Entry {
    const isRevocation = op.kind === 'revoke'
    const body = encodeBody({
      network: this.context.network,
      account: who.account,
      nonce: isRevocation ? 0 : accountRecord(this.state, who.account).nonce + 1,
      untilMs: isRevocation ? NO_END_MS : this.nextMs + HOUR,
      op,
      ...change,
    })
    return decodeEntry(signEntry(body, work, who.key))
  }

  claim(who: Person, name: string, salt = SALT): Op {
    return { kind: 'claim', commitment: commitmentOf(this.context.network, who.account, name, salt) }
  }

  /** The block of these entries, at the slot after the last one or after `skippedMs` more. */
  block(entries: readonly Entry[], skippedMs = 0): Block {
    const slot = this.parent.slot + 1 + Math.floor(skippedMs / this.genesis.slotMs)
    const place = {
      network: this.context.network,
      height: this.parent.height + 1,
      slot,
      timestampMs: slotStartMs(this.genesis, slot),
    }
    const applied = applyEntries(place, entries, this.state, this.context)
    if (applied.outcome === 'refused') throw new Error(`entry ${applied.index}: ${applied.code}: ${applied.why}`)
    const header = sealHeader({
      ...place,
      parent: this.parent.id,
      leader: leaderOf(this.state.roster, slot).key,
      entriesRoot: listRoot(entries.map(({ bytes }) => bytes)),
      stateRoot: applied.state.root,
    })
    return { header, entries }
  }

  /** Adds it without asking anybody. */
  add(block: Block): void {
    const { header, entries } = block
    const applied = applyEntries(header, entries, this.state, this.context)
    if (applied.outcome === 'refused') throw new Error(applied.why)
    this.state = applied.state
    this.parent = header
  }

  grow(entries: readonly Entry[], skippedMs = 0): Block {
    const block = this.block(entries, skippedMs)
    this.add(block)
    return block
  }

  do(who: Person, op: Op): void {
    this.grow([this.entry(who, op)])
  }

  /** Claimed and opened, in two blocks. */
  own(who: Person, name: string, salt = SALT): void {
    this.do(who, this.claim(who, name, salt))
    this.do(who, { kind: 'register', name, salt })
  }

  pass(ms: number): void {
    this.grow([], ms)
  }
}
