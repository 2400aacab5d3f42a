import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { NameLabel } from '../../../../shared/model/ledger.ts'
import type { Log } from '../../../platform/log.ts'
import type { OwnZones } from '../own-zones.ts'
import type { LedgerOf } from './ledger-of.ts'

export interface FirstZonesParts {
  readonly me: AccountId
  readonly peerId: PeerId
  readonly ledger: LedgerOf
  readonly zones: Pick<OwnZones, 'zone' | 'set'>
  /** Where anybody may be told that this device is. */
  readonly addresses: () => readonly string[]
  readonly log: Log
}

/** What a zone says of addresses at most; the model has the same. */
const MAX_ADDRESSES = 8

/**
 * A name that was claimed on this device points to it as soon as it is this account's, so that it can be reached at once.
 * Not where there is a zone of it already: then somebody said what it points to.
 */
export class FirstZones {
  readonly #parts: FirstZonesParts
  readonly #names = new Set<NameLabel>()

  constructor(parts: FirstZonesParts) {
    this.#parts = parts
  }

  claimed(name: NameLabel): void {
    this.#names.add(name)
  }

  /** Resolves when those that can be had now are signed and told; the others wait for the ledger. Never rejects. */
  async noticed(): Promise<void> {
    const { ledger, log } = this.#parts
    if (this.#names.size === 0 || !ledger.isHere || ledger.behind() !== null) return
    for (const name of this.#names) {
      this.#names.delete(name)
      try {
        await this.#give(name)
      } catch (error) {
        // The ledger moved on in between: at its next word.
        if (error instanceof LatchError && error.code === 'BUSY') this.#names.add(name)
        else if (ledger.isHere) log.warn({ error }, 'a first zone could not be signed')
        return
      }
    }
  }

  async #give(name: NameLabel): Promise<void> {
    const { me, peerId, ledger, zones, addresses, log } = this.#parts
    if (ledger.name(name)?.owner !== me || (await zones.zone(name)) !== null) return
    const shown = addresses().slice(0, MAX_ADDRESSES)
    const set = await zones.set(name, { records: [{ label: '@', kind: 'peer', peerId, addresses: shown }], after: 0 })
    if (set.outcome === 'refused') log.warn({ why: set.why }, 'a first zone was not signed')
  }
}
