import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { Submitted } from '../../../../shared/model/blocks.ts'
import type { NameLabel } from '../../../../shared/model/ledger.ts'
import type { ClaimStep } from '../../../../shared/model/names.ts'
import type { Log } from '../../../platform/log.ts'
import type { ClaimStore } from '../claim-store.ts'
import type { OwnZones } from '../own-zones.ts'
import type { LedgerOf } from './ledger-of.ts'

export interface FirstZonesParts {
  readonly me: AccountId
  readonly peerId: PeerId
  readonly ledger: LedgerOf
  readonly zones: Pick<OwnZones, 'zone' | 'set'>
  readonly store: Pick<ClaimStore, 'toPoint' | 'pointLater' | 'pointNoMore'>
  /** Whether a claim of this device may still make it this account's. */
  readonly isClaimed: (name: NameLabel) => boolean
  /** Where anybody may be told that this device is. */
  readonly addresses: () => readonly string[]
  readonly log: Log
}

/** What a zone says of addresses at most; the model has the same. */
const MAX_ADDRESSES = 8

/**
 * A name that was claimed or taken on this device points to it as soon as it is this account's, so that it can be reached at
 * once. Not where there is a zone of it already: then somebody said what it points to. What is wanted is written down before
 * anything is asked of the ledger, so that a restart between loses nothing.
 */
export class FirstZones {
  readonly #parts: FirstZonesParts
  /** As on the disk, but for those that failed for a reason that does not pass. */
  readonly #names: Set<NameLabel>
  readonly #giving = new Set<NameLabel>()

  constructor(parts: FirstZonesParts) {
    this.#parts = parts
    this.#names = new Set(parts.store.toPoint())
  }

  /** It was claimed, or is being taken, here. */
  wanted(name: NameLabel): void {
    if (this.#names.has(name)) return
    this.#parts.store.pointLater(name)
    this.#names.add(name)
  }

  unwanted(name: NameLabel): void {
    if (this.#names.delete(name)) this.#parts.store.pointNoMore(name)
  }

  /** How far a claim has come; null: it was given up. */
  claimed(name: NameLabel, step: ClaimStep | null): void {
    if (step === null || step.step === 'refused') this.unwanted(name)
    else this.wanted(name)
  }

  /** What was offered to this account. *Errors*: LatchError BUSY, the signal's reason. */
  async take(name: NameLabel, signal?: AbortSignal): Promise<Submitted> {
    const { me, ledger } = this.#parts
    this.wanted(name)
    const submitted = await ledger.submit({ op: { kind: 'transfer', name, to: me } }, signal)
    if (submitted.outcome === 'refused') this.unwanted(name)
    return submitted
  }

  /** Resolves when those that can be had now are signed and told; the others wait for the ledger. Never rejects. */
  async noticed(): Promise<void> {
    const { me, ledger, isClaimed } = this.#parts
    if (this.#names.size === 0 || !ledger.isHere || ledger.behind() !== null) return
    for (const name of this.#names) {
      const owned = ledger.name(name)
      if (owned?.owner === me) await this.#give(name)
      else if (owned?.offeredTo !== me && !isClaimed(name)) this.unwanted(name)
      if (!ledger.isHere || ledger.behind() !== null) return
    }
  }

  async #give(name: NameLabel): Promise<void> {
    const { ledger, log } = this.#parts
    if (this.#giving.has(name)) return
    this.#giving.add(name)
    try {
      await this.#set(name)
      this.unwanted(name)
    } catch (error) {
      // The ledger moved on in between: at its next word.
      if ((error instanceof LatchError && error.code === 'BUSY') || !ledger.isHere) return
      log.warn({ error }, 'a first zone could not be signed')
      // At the next start, perhaps, and not at each block.
      this.#names.delete(name)
    } finally {
      this.#giving.delete(name)
    }
  }

  async #set(name: NameLabel): Promise<void> {
    const { peerId, zones, addresses, log } = this.#parts
    if ((await zones.zone(name)) !== null) return
    const shown = addresses().slice(0, MAX_ADDRESSES)
    const set = await zones.set(name, { records: [{ label: '@', kind: 'peer', peerId, addresses: shown }], after: 0 })
    if (set.outcome === 'refused') log.warn({ why: set.why }, 'a first zone was not signed')
  }
}
