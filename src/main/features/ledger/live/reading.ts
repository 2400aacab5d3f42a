import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type {
  BlockFacts,
  BlockLine,
  EntryPlace,
  EntryRead,
  InclusionProof,
  LedgerEntry,
  NameProof,
} from '../../../../shared/model/blocks.ts'
import type { BlockId, EntryId, NameLabel, NetworkId } from '../../../../shared/model/ledger.ts'
import { DecodeError, encode } from '../../../platform/cbor.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import type { CertifiedBlock } from '../block.ts'
import { accountOf, blockIdOf, digestOf, entryIdOf, type Hex, keyOf, networkIdOf } from '../bytes.ts'
import { decodeEntry, type Entry } from '../entry.ts'
import { proveInList } from '../merkle.ts'
import { nextAt } from '../propose.ts'
import { rosterAfter } from '../rosters.ts'
import { keys, type RosterRecord } from '../state.ts'
import { proveRecord } from '../state-tree.ts'
import type { StoredHeader } from '../store.ts'
import type { Agreement } from '../types.ts'
import { checkEntry } from '../validator.ts'
import { BlockRows } from './block-rows.ts'
import type { Lying } from './entry-places.ts'
import type { OwnEntries } from './own.ts'
import { peerIdOf, validatorRef } from './people.ts'
import type { LiveChain } from './running.ts'

export interface ReadingParts {
  readonly database: Database
  readonly clock: Clock
  readonly running: LiveChain
  readonly agreement: Pick<Agreement, 'signersOf'>
  readonly own: Pick<OwnEntries, 'nameOf'>
  readonly me: { readonly account: AccountId; readonly peerId: PeerId }
}

/** Blocks, entries and proofs as a person reads them. *Errors*: LatchError NOT_FOUND, BAD_INPUT. */
export class Reading {
  readonly #running: LiveChain
  readonly #rows: BlockRows
  readonly #parts: ReadingParts
  readonly network: NetworkId
  /** The key of this device's account. */
  readonly account: Hex

  constructor(parts: ReadingParts) {
    this.#parts = parts
    this.#running = parts.running
    this.#rows = new BlockRows(parts.database, parts.running.key)
    this.network = networkIdOf(parts.running.network)
    this.account = keyOf(parts.me.account) ?? ''
  }

  line({ header, certificate, onChain }: StoredHeader): BlockLine {
    const roster = this.#rosterOf(header.height)
    const { id, height, slot, timestampMs } = header
    return {
      id: blockIdOf(id),
      height,
      slot,
      timestampMs,
      leader: validatorRef(header.leader, roster, this.#parts.me.peerId),
      ...this.#rows.sizeOf(id),
      signers: this.#parts.agreement.signersOf(certificate).length,
      validators: roster.validators.length,
      place: onChain ? 'chain' : 'beside',
    }
  }

  lineOf(id: Hex): BlockLine | null {
    const stored = this.#running.store.get(id)
    return stored === undefined ? null : this.line(stored)
  }

  /** Of the chain, the newest first. */
  lines(before: number | undefined, limit: number): BlockLine[] {
    const { chain, store } = this.#running
    const top = Math.min(chain.head.height, before === undefined ? Number.MAX_SAFE_INTEGER : before - 1)
    const from = Math.max(1, top - limit + 1)
    return top < from ? [] : store.range(from, top - from + 1).toReversed().map((stored) => this.line(stored))
  }

  facts(of: BlockId | number): BlockFacts {
    const { store } = this.#running
    const stored = typeof of === 'number' ? store.at(of) : store.get(digestOf(of))
    if (stored === undefined) throw new LatchError('NOT_FOUND', 'This block is not here.')
    const { header, certificate } = stored
    const roster = this.#rosterOf(header.height)
    const signers = this.#parts.agreement.signersOf(certificate).flatMap((place) => roster.validators[place] ?? [])
    const block = store.block(header.id)
    const at = (entry: Entry): EntryPlace =>
      stored.onChain
        ? { at: 'block', block: blockIdOf(header.id), height: header.height }
        : this.placeOf(entry.id) ?? { at: 'gone', why: 'its block lies beside the chain' }
    return {
      line: this.line(stored),
      network: this.network,
      parent: header.height === 1 ? networkIdOf(header.parent) : blockIdOf(header.parent),
      entriesRoot: header.entriesRoot,
      stateRoot: header.stateRoot,
      signedBy: signers.map(({ key }) => validatorRef(key, roster, this.#parts.me.peerId)),
      entries: block === undefined ? null : block.entries.map((entry) => this.entry(entry, at(entry))),
    }
  }

  entry(entry: Entry, place: EntryPlace): LedgerEntry {
    const { op, account, nonce, untilMs, bytes } = entry
    return {
      id: entryIdOf(entry.id),
      kind: op.kind,
      account: accountOf(account),
      mine: account === this.account,
      nonce,
      untilMs: op.kind === 'revoke' ? null : untilMs,
      name: 'name' in op ? op.name : op.kind === 'claim' ? this.#parts.own.nameOf(op.commitment) : null,
      to: op.kind === 'transfer' ? accountOf(op.to) : null,
      validator: op.kind === 'evidence' ? peerIdOf(op.validator) : null,
      bytes: bytes.byteLength,
      workBits: this.#running.chain.context.bitsOf(entry),
      place,
    }
  }

  read(bytes: Uint8Array): EntryRead {
    try {
      const entry = decodeEntry(bytes)
      const { id, kind, account, mine, name, to } = this.entry(entry, { at: 'pool', early: false, why: null })
      return { id, kind, account, mine, name, to, network: networkIdOf(entry.network) }
    } catch (error) {
      if (error instanceof DecodeError) throw new LatchError('BAD_INPUT', `This is no entry of a ledger: ${error.message.replace(/\.$/, '')}.`)
      throw error
    }
  }

  /** Where an entry is now that the pool or the chain has; null: neither. */
  placeOf(id: Hex): EntryPlace | null {
    const { pool, places, store } = this.#running
    const pooled = pool.get(id)
    if (pooled !== undefined) return this.#pooledAt(pooled)
    const height = places.heightOf(id)
    const block = height === null ? undefined : store.at(height)?.header.id
    return height === null || block === undefined ? null : { at: 'block', block: blockIdOf(block), height }
  }

  /** With its place; null where neither pool nor chain has it. */
  find(id: EntryId): LedgerEntry | null {
    const { pool, places } = this.#running
    const digest = digestOf(id)
    const pooled = pool.get(digest)
    if (pooled !== undefined) return this.entry(pooled, this.#pooledAt(pooled))
    const lying = places.of(digest)
    return lying === null ? null : this.#lying(lying)
  }

  waiting(limit: number, account?: Hex): LedgerEntry[] {
    const { pool } = this.#running
    return pool
      .list()
      .filter((entry) => account === undefined || entry.account === account)
      .slice(0, limit)
      .map((entry) => this.entry(entry, this.#pooledAt(entry)))
  }

  /** Of the newest blocks, the newest first. */
  settled(limit: number, account?: Hex): LedgerEntry[] {
    const { chain, store, places } = this.#running
    if (account !== undefined) return places.ofAccount(account, limit).flatMap((lying) => this.#lying(lying) ?? [])
    const found: LedgerEntry[] = []
    for (let { height } = chain.head; height > chain.base && found.length < limit; height--) {
      const header = store.at(height)?.header
      if (header === undefined || this.#rows.sizeOf(header.id).entries === 0) continue
      const at = { at: 'block' as const, block: blockIdOf(header.id), height }
      const last = this.#rows.entriesOf(header.id).slice(-(limit - found.length)).toReversed()
      found.push(...last.map((bytes) => this.entry(decodeEntry(bytes), at)))
    }
    return found
  }

  prove(id: EntryId): InclusionProof {
    const { places, store } = this.#running
    const lying = places.of(digestOf(id))
    const stored = lying === null ? undefined : store.at(lying.height)
    const leaves = stored === undefined ? [] : this.#rows.entriesOf(stored.header.id)
    const leaf = lying === null ? undefined : leaves[lying.index]
    if (lying === null || stored === undefined || leaf === undefined) {
      throw new LatchError('NOT_FOUND', 'This entry lies in no block of the chain.')
    }
    const { index, size, path } = proveInList(leaves, lying.index)
    const hashes = path.map((hash) => Buffer.from(hash).toString('hex'))
    return { ...this.#below(stored), entry: base64(leaf), index, size, path: hashes }
  }

  proveName(name: NameLabel): NameProof {
    const { chain, store } = this.#running
    const stored = store.get(chain.head.id)
    if (stored === undefined) throw new LatchError('NOT_FOUND', 'There is no block yet, so nobody has signed anything.')
    const proof = proveRecord(chain.state.tree, keys.name(name))
    const { siblings, end } = proof
    return { ...this.#below(stored), name, held: end.kind === 'record', proof: base64(encode({ siblings, end })) }
  }

  #below({ header, certificate }: Pick<CertifiedBlock, 'header' | 'certificate'>) {
    const { id, height, bytes } = header
    const { network } = this
    return { network, block: blockIdOf(id), height, header: base64(bytes), certificate: base64(certificate) }
  }

  #lying({ height, index }: Lying): LedgerEntry | null {
    const id = this.#running.store.at(height)?.header.id
    const bytes = id === undefined ? undefined : this.#rows.entriesOf(id)[index]
    if (id === undefined || bytes === undefined) return null
    return this.entry(decodeEntry(bytes), { at: 'block', block: blockIdOf(id), height })
  }

  #pooledAt(entry: Entry): EntryPlace {
    const { chain } = this.#running
    const at = nextAt(chain, this.#parts.clock.nowMs())
    // Verified when it came.
    const verdict = checkEntry(entry, chain.state, at, { ...chain.context, isSigned: () => true })
    return { at: 'pool', early: verdict.outcome === 'early', why: verdict.outcome === 'valid' ? null : verdict.why }
  }

  /** Who decided on the block at a height; of one beside the chain, as far as the chain knows. */
  #rosterOf(height: number): RosterRecord {
    return rosterAfter(Math.max(0, height - 1), this.#running.chain.state, this.#running.genesis)
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
