import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId } from '../../../../shared/ids.ts'
import type { LedgerEntry, OpDraft, Submitted } from '../../../../shared/model/blocks.ts'
import type { EntryId, NameLabel, NameOnLedger, NetworkId } from '../../../../shared/model/ledger.ts'
import { asSentence } from '../as-sentence.ts'
import type { ClaimLedger } from '../claims.ts'
import type { LedgerView } from '../resolver-types.ts'
import type { NamesLedger } from '../types.ts'

const NOTHING: ReturnType<NamesLedger['head']> = { block: null, height: 0, atMs: 0, sync: { state: 'looking' } }

/**
 * The ledger for one network. What is still under way when another one is followed sees a ledger that is behind, for good,
 * and never the names of that other one. *Errors*: LatchError BUSY, where a call does not say otherwise.
 */
export class LedgerOf implements LedgerView, ClaimLedger {
  readonly #ledger: NamesLedger
  readonly #network: NetworkId
  #isOver = false

  constructor(ledger: NamesLedger, network: NetworkId) {
    this.#ledger = ledger
    this.#network = network
  }

  /** It is not followed any more. Said at the first word of another network's, before anything is asked. */
  leave(): void {
    this.#isOver = true
  }

  /** Whether the ledger is still of this network. */
  get isHere(): boolean {
    return !this.#isOver && this.#ledger.active().id === this.#network
  }

  /** Never fails: one that is being opened is looking for others. */
  head(): ReturnType<NamesLedger['head']> {
    return this.#quietly(() => this.#ledger.head(), NOTHING)
  }

  /** Never fails. */
  behind(): { readonly blocksLeft: number | null } | null {
    const { sync } = this.head()
    if (sync.state === 'ready') return null
    return { blocksLeft: sync.state === 'looking' ? null : Math.max(1, sync.target - sync.height) }
  }

  /** Never fails. */
  name(name: NameLabel): NameOnLedger | null {
    return this.#quietly(() => this.#ledger.name(name), null)
  }

  /** Never fails. */
  namesOf(account: AccountId): readonly NameOnLedger[] {
    return this.#quietly(() => this.#ledger.names(account), [])
  }

  /** Of this account. */
  names(): NameOnLedger[] {
    return this.#here().names()
  }

  offers(): NameOnLedger[] {
    return this.#here().offers()
  }

  isEnded(): boolean {
    return this.#here().isEnded()
  }

  entry(id: EntryId): LedgerEntry {
    return this.#here().entry(id)
  }

  entries(filter: Parameters<NamesLedger['entries']>[0]): LedgerEntry[] {
    return this.#here().entries(filter)
  }

  /** Why it is refused is a sentence. */
  async submit(what: { readonly op: OpDraft }, signal?: AbortSignal): Promise<Submitted> {
    const submitted = await this.#here().submit(what, signal)
    return submitted.outcome === 'refused' ? { ...submitted, why: asSentence(submitted.why) } : submitted
  }

  #here(): NamesLedger {
    if (!this.isHere) throw new LatchError('BUSY', 'Another network is followed now.')
    return this.#ledger
  }

  #quietly<T>(ask: () => T, otherwise: T): T {
    if (this.#isOver) return otherwise
    try {
      return ask()
    } catch (error) {
      if (error instanceof LatchError && error.code === 'BUSY') return otherwise
      throw error
    }
  }
}
