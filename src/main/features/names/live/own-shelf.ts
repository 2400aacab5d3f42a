import type { AccountId } from '../../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../../shared/model/ledger.ts'
import type { Publication } from '../../../../shared/model/names.ts'
import { newer } from '../judge.ts'
import { zoneKey, type ZoneKey } from '../near.ts'
import { openZone, type SignedZone } from '../zone.ts'
import type { OwnZone, ZoneStore } from '../zone-store.ts'

/** This account's zones as they can be read at once: the store has their bytes, and reading those takes a signature check. */
export class OwnShelf {
  readonly #network: NetworkId
  readonly #account: AccountId
  readonly #store: ZoneStore
  readonly #opened = new Map<ZoneKey, SignedZone>()

  constructor(network: NetworkId, account: AccountId, store: ZoneStore) {
    this.#network = network
    this.#account = account
    this.#store = store
  }

  async load(): Promise<void> {
    for (const own of this.#store.ownOnes(this.#network)) await this.#open(own)
  }

  /** It was signed, told, or taken over from another device. */
  async refresh(name: NameLabel): Promise<void> {
    const own = this.#store.own(zoneKey(this.#network, name))
    if (own !== null) await this.#open(own)
  }

  zone(name: NameLabel): SignedZone | null {
    return this.#opened.get(zoneKey(this.#network, name)) ?? null
  }

  publication(name: NameLabel): Publication | null {
    return this.#store.own(zoneKey(this.#network, name))?.publication ?? null
  }

  async #open(own: OwnZone): Promise<void> {
    if (own.zone.owner !== this.#account || !this.#isNewer(own)) return
    const opened = await openZone(own.bytes)
    // Two may be read at once: the newer one stays.
    if (opened.outcome === 'opened' && this.#isNewer(own)) this.#opened.set(own.key, opened.signed)
  }

  #isNewer(own: OwnZone): boolean {
    const before = this.#opened.get(own.key)
    return before === undefined || newer(own, before) === 'newer'
  }
}
