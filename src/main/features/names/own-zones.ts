import type { PrivateKey } from '@libp2p/interface'
import { LatchError } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import type { Publication, Zone, ZoneRecord } from '../../../shared/model/names.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Holder } from './holder.ts'
import { zoneKey } from './near.ts'
import type { Publisher } from './publisher.ts'
import type { ZoneSet } from './types.ts'
import { nextZone, openZone, type SignedZone, signZone } from './zone.ts'
import type { ZoneStore } from './zone-store.ts'

export interface OwnZonesParts {
  readonly network: NetworkId
  readonly account: AccountId
  readonly accountKey: PrivateKey
  readonly store: ZoneStore
  readonly holder: Pick<Holder, 'facts' | 'newestOf'>
  readonly publisher: Pick<Publisher, 'publish'>
  readonly clock: Clock
}

export interface ZoneEdit {
  /** Unread: what is wrong is said of the first that is. */
  readonly records: readonly unknown[]
  readonly ttlMs?: number | undefined
  /** The number of the zone that was edited; where a later one is here by now, nothing is changed. */
  readonly after?: number | undefined
}

/** What this account's names point to: read, and signed anew. */
export class OwnZones {
  readonly #parts: OwnZonesParts
  /** Numbers follow each other, so one is signed after another. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: OwnZonesParts) {
    this.#parts = parts
  }

  /** The newest of this account that is here, whichever of its devices signed it; null: none. */
  async zone(name: NameLabel): Promise<Zone | null> {
    return (await this.#newest(name))?.zone ?? null
  }

  /**
   * Signs the next zone and publishes it; resolves after the first round. *Errors*: LatchError NOT_FOUND (the name is not
   * this account's), BUSY (the ledger is behind), CONFLICT (`after`); the reason of having been stopped.
   */
  async set(name: NameLabel, edit: ZoneEdit): Promise<ZoneSet> {
    const signing = this.#last.then(() => this.#sign(name, edit))
    this.#last = signing.catch(() => {})
    const made = await signing
    if (made.outcome === 'refused') return made
    return { outcome: 'signed', zone: made.zone, publication: await made.publishing() }
  }

  async #sign(
    name: NameLabel,
    { records, ttlMs, after }: ZoneEdit,
  ): Promise<
    | Extract<ZoneSet, { outcome: 'refused' }>
    | { readonly outcome: 'signed'; readonly zone: Zone; readonly publishing: () => Promise<Publication> }
  > {
    const { network, account, accountKey, clock, publisher } = this.#parts
    this.#mustBeMine(name)
    const before = await this.#newest(name)
    if (after !== undefined && (before?.zone.seq ?? 0) > after) {
      throw new LatchError('CONFLICT', 'This zone was changed meanwhile, on another device or in another window.')
    }
    if (before !== null && before.unknownRecords > 0) {
      const why = 'A newer Latch wrote records into this zone that this one cannot read and would lose: change it there.'
      return { outcome: 'refused', why, record: null }
    }
    // Read below, where they are signed.
    const draft = { network, name, owner: account, records: records as readonly ZoneRecord[], ttlMs }
    const next = nextZone(before?.zone ?? null, draft, clock.nowMs())
    const built = await signZone(next, accountKey)
    if (built.outcome === 'refused') return built
    // It lies in the store when this returns, so that the next one is numbered after it.
    const publishing = publisher.publish(built.signed)
    publishing.catch(() => {})
    return { outcome: 'signed', zone: built.signed.zone, publishing: () => publishing }
  }

  #mustBeMine(name: NameLabel): void {
    const owner = this.#parts.holder.facts().ownerOf(name)
    if (owner === 'unknown') throw new LatchError('BUSY', 'The ledger here is catching up: it cannot say yet whose this name is.')
    if (owner !== this.#parts.account) throw new LatchError('NOT_FOUND', 'This name is not yours, as of the last block here.')
  }

  async #newest(name: NameLabel): Promise<SignedZone | null> {
    const { network, account, holder, store } = this.#parts
    const key = zoneKey(network, name)
    // While it cannot be judged, or was signed with a clock that was ahead, what this device signed last is still its own.
    const found = [holder.newestOf(key), store.own(key)].filter((one) => one?.zone.owner === account)
    const newest = found.reduce((a, b) => ((b?.zone.seq ?? 0) > (a?.zone.seq ?? 0) ? b : a), null)
    const opened = newest === null ? null : await openZone(newest.bytes)
    return opened?.outcome === 'opened' ? opened.signed : null
  }
}
