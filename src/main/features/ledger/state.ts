import type { Hex } from './bytes.ts'
import type { Genesis, Roster, Validator } from './genesis.ts'
import { networkOf } from './genesis.ts'
import { getRecord, putRecord, removeRecord, type Tree, emptyTree, treeRoot } from './state-tree.ts'

/*
 * What the ledger knows, one record under each key:
 *
 *   chain                         how far it is
 *   validators                    who decides
 *   name <name>                   whose it is, and until when
 *   look <skeleton>               which name has this look
 *   account <key>                 what an account did last, and which names it has
 *   claim <key> <commitment>      what is claimed and not opened yet
 *   claims <height>               which claims a block made, so that they are dropped when they are too old
 *   handover <seq>                who approved a roster, so that nobody needs old blocks to see that it is right
 *   evidence <key> <slot>         that a validator signed two values
 */

export interface ChainRecord {
  readonly network: Hex
  readonly height: number
  readonly slot: number
  readonly timestampMs: number
}

export interface RosterRecord extends Roster {
  readonly seq: number
  /** The block that brought it; it decides on those after. */
  readonly sinceHeight: number
}

export interface HandoverRecord extends RosterRecord {
  readonly approvals: readonly { readonly validator: Hex; readonly signature: Uint8Array }[]
}

export interface NameRecord {
  readonly name: string
  readonly owner: Hex
  readonly registeredMs: number
  readonly sinceMs: number
  readonly expiresMs: number
  readonly offeredTo: Hex | null
}

export interface LookRecord {
  readonly name: string
}

export interface AccountRecord {
  /** Of its last entry. */
  readonly nonce: number
  /** Sorted. A name that is free again stays until somebody else takes it. */
  readonly names: readonly string[]
  readonly lastNameMs: number | null
  readonly revokedMs: number | null
}

export interface ClaimRecord {
  readonly height: number
}

export interface ClaimsRecord {
  /** Keys of claims. */
  readonly claims: readonly string[]
}

export interface EvidenceRecord {
  readonly height: number
}

export type StateRecord =
  | ChainRecord
  | RosterRecord
  | HandoverRecord
  | NameRecord
  | LookRecord
  | AccountRecord
  | ClaimRecord
  | ClaimsRecord
  | EvidenceRecord

/** Which record lies under which key, so that reading needs no cast anywhere else. */
export interface Kinds {
  chain: ChainRecord
  validators: RosterRecord
  handover: HandoverRecord
  name: NameRecord
  look: LookRecord
  account: AccountRecord
  claim: ClaimRecord
  claims: ClaimsRecord
  evidence: EvidenceRecord
}

declare const kind: unique symbol
export type Key<K extends keyof Kinds> = string & { readonly [kind]?: K }

export const keys = {
  chain: 'chain' as Key<'chain'>,
  validators: 'validators' as Key<'validators'>,
  handover: (seq: number): Key<'handover'> => `handover ${seq}`,
  name: (name: string): Key<'name'> => `name ${name}`,
  look: (skeleton: string): Key<'look'> => `look ${skeleton}`,
  account: (account: Hex): Key<'account'> => `account ${account}`,
  claim: (account: Hex, commitment: Hex): Key<'claim'> => `claim ${account} ${commitment}`,
  claims: (height: number): Key<'claims'> => `claims ${height}`,
  evidence: (validator: Hex, slot: number): Key<'evidence'> => `evidence ${validator} ${slot}`,
}

/** Where a record is looked up: a state, or a draft of the next one. */
export interface Reading {
  get<K extends keyof Kinds>(key: Key<K>): Kinds[K] | undefined
}

/** The ledger after some block. Never changes. */
export class LedgerState implements Reading {
  readonly tree: Tree<StateRecord>

  constructor(tree: Tree<StateRecord>) {
    this.tree = tree
  }

  get<K extends keyof Kinds>(key: Key<K>): Kinds[K] | undefined {
    return getRecord(this.tree, key) as Kinds[K] | undefined
  }

  get chain(): ChainRecord {
    return needed(this.get(keys.chain))
  }

  get roster(): RosterRecord {
    return needed(this.get(keys.validators))
  }

  get root(): Hex {
    return treeRoot(this.tree)
  }
}

/** The state at height 0. */
export function genesisState(genesis: Genesis): LedgerState {
  const { validators, faults, startMs } = genesis
  const draft = new Draft(new LedgerState(emptyTree))
  draft.put(keys.chain, { network: networkOf(genesis), height: 0, slot: -1, timestampMs: startMs })
  draft.put(keys.validators, { seq: 0, sinceHeight: 0, faults, validators: validators.map(plain) })
  return draft.finish().state
}

/** What lay under each key before a block; null where nothing did. */
export interface Undo {
  readonly height: number
  readonly before: readonly (readonly [key: string, record: StateRecord | null])[]
}

/** The state before the block that `undo` is of. */
export function undoBlock(state: LedgerState, undo: Undo): LedgerState {
  let { tree } = state
  for (const [key, record] of undo.before) {
    tree = record === null ? removeRecord(tree, key) : putRecord(tree, key, record)
  }
  return new LedgerState(tree)
}

/** A state in the making. It keeps what was there before, for the undo log. */
export class Draft implements Reading {
  #tree: Tree<StateRecord>
  readonly #before = new Map<string, StateRecord | null>()

  constructor({ tree }: LedgerState) {
    this.#tree = tree
  }

  get<K extends keyof Kinds>(key: Key<K>): Kinds[K] | undefined {
    return getRecord(this.#tree, key) as Kinds[K] | undefined
  }

  put<K extends keyof Kinds>(key: Key<K>, record: Kinds[K]): void {
    this.#remember(key)
    this.#tree = putRecord<StateRecord>(this.#tree, key, record)
  }

  remove(key: string): void {
    this.#remember(key)
    this.#tree = removeRecord(this.#tree, key)
  }

  finish(): { state: LedgerState; before: Undo['before'] } {
    return { state: new LedgerState(this.#tree), before: [...this.#before] }
  }

  #remember(key: string): void {
    if (!this.#before.has(key)) this.#before.set(key, getRecord(this.#tree, key) ?? null)
  }
}

export const noAccount: AccountRecord = { nonce: 0, names: [], lastNameMs: null, revokedMs: null }

export function accountRecord(state: Reading, account: Hex): AccountRecord {
  return state.get(keys.account(account)) ?? noAccount
}

function plain({ key, label }: Validator): Validator {
  return { key, label }
}

function needed<T>(record: T | undefined): T {
  if (record === undefined) throw new Error('this is no state of a ledger')
  return record
}
