import type { PeerId } from '../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import { digestOfCid } from '../../platform/cbor.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, RemotePeer } from '../../platform/streams.ts'
import {
  type Answer,
  type Closer,
  type Id,
  MAX_CLOSER,
  type NamesHandlers,
  type PutAnswer,
  type Push,
  RefusedPut,
} from '../../protocols/names/index.ts'
import { judgeOpened, judgeStore, newer, newest, type Facts, type StoreVerdict } from './judge.ts'
import { MAX_WATCHED_HERE } from './keeping-limits.ts'
import { distanceOf, nearest, type Place, placeOfPeer, placeOfZone, type ZoneKey } from './near.ts'
import type { LedgerView } from './resolver-types.ts'
import type { SignedZone, StampedZone } from './zone.ts'
import type { ZoneStore } from './zone-store.ts'

/** What of the ledger it takes to judge what is held. */
export type HoldingView = Pick<LedgerView, 'behind' | 'name'>

/** Who holds zones judges for others: a name in the last tenth of its term counts, as its owner's contacts ask for it. */
export function holdingFacts(network: NetworkId, ledger: HoldingView, nowMs: number): Facts {
  return {
    network,
    ownerOf(name) {
      if (ledger.behind() !== null) return 'unknown'
      const owned = ledger.name(name)
      return owned === null || owned.phase === 'grace' || owned.phase === 'free' ? null : owned.owner
    },
    phaseOf: (name) => ledger.name(name)?.phase ?? null,
    ending: 'counts',
    nowMs,
  }
}

export interface HolderParts {
  readonly network: NetworkId
  readonly me: PeerId
  readonly store: ZoneStore
  readonly ledger: HoldingView
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  /** Devices of this network that `asker` may be sent on to, the nearest to a place, with addresses that it may know. */
  readonly neighbours: (asker: PeerId, near: Place) => Iterable<Closer>
  /** Whether this device itself wants to hear of this name: a contact's, or one that is being looked at. */
  readonly isWatched: (name: NameLabel) => boolean
  /**
   * A zone that is newer than what is held, of a name that is held or watched. What is watched and not held comes as often as
   * it is heard: the resource map says whether it is new.
   */
  readonly heard: (signed: SignedZone) => void
}

/** What became of news. `passing`: valid, and of no use here; nothing newer is known. */
export type News = 'held' | 'heard' | 'passing' | 'same' | 'older'

interface Watcher {
  readonly peerId: PeerId
  readonly push: Push
}

/** The served side of one network: zones are given to who asks, taken from who hands them over, and told to who watches. */
export class Holder implements NamesHandlers {
  /** The network as it stands in requests. */
  readonly id: Id
  readonly #parts: HolderParts
  readonly #here: Place
  readonly #watchers = new Map<ZoneKey, Set<Watcher>>()
  #watched = 0
  /** A hash each; those of the last answer, so that it is as large as the neighbourhood. */
  #places = new Map<PeerId, Place>()

  constructor(parts: HolderParts) {
    this.#parts = parts
    this.id = Buffer.from(digestOfCid(parts.network)).toString('hex')
    this.#here = placeOfPeer(parts.me)
  }

  facts(): Facts {
    const { network, ledger, clock } = this.#parts
    return holdingFacts(network, ledger, clock.nowMs())
  }

  /**
   * The newest here, one's own or held, that the ledger does not speak against. While the ledger is behind it is given all
   * the same: it was valid when it came, and whoever asks judges by their own.
   */
  newestOf(key: ZoneKey): StampedZone | null {
    const { store } = this.#parts
    const facts = this.facts()
    const stands = (zone: StampedZone | null): zone is StampedZone =>
      zone !== null && judgeOpened(zone, facts, key).verdict !== 'refused'
    const here: (StampedZone | null)[] = [store.own(key), store.held(key)]
    return newest(here.filter(stands))
  }

  get(peer: RemotePeer, { network, key }: { network: Id; key: Id }): Answer {
    if (network !== this.id) return { status: 'foreign' }
    const zone = this.newestOf(key)
    return zone === null ? { status: 'none', closer: this.#closer(key, peer.peerId) } : { status: 'zone', key, zone: zone.bytes }
  }

  async put(peer: RemotePeer, { network, zone }: { network: Id; zone: Uint8Array }): Promise<PutAnswer> {
    if (network !== this.id) return { status: 'foreign' }
    const verdict = await judgeStore(zone, this.facts(), (key) => this.newestOf(key))
    return this.#answerTo(verdict, peer.peerId)
  }

  /** The same of one that came through the DHT, under its key; `from` null: nobody says from whom. */
  async keep(key: ZoneKey, zone: Uint8Array, from: PeerId | null): Promise<{ outcome: 'held' | 'refused'; why: string }> {
    const verdict = await judgeStore(zone, this.facts(), (one) => this.newestOf(one), key)
    const answer = this.#answerTo(verdict, from)
    if (answer.status === 'held') return { outcome: 'held', why: 'The ledger backs it, and nothing newer is here.' }
    const why = 'why' in verdict ? verdict.why : 'There is a newer one, or no room for it.'
    return { outcome: 'refused', why }
  }

  watch(
    peer: RemotePeer,
    { network, keys }: { network: Id; keys: readonly Id[] },
    push: Push,
    signal: AbortSignal,
  ): 'watching' | 'foreign' | 'busy' {
    if (network !== this.id) return 'foreign'
    const wanted = new Set(keys)
    if (this.#watched + wanted.size > MAX_WATCHED_HERE) return 'busy'
    const watcher = { peerId: peer.peerId, push }
    for (const key of wanted) {
      const those = this.#watchers.get(key)
      if (those === undefined) this.#watchers.set(key, new Set([watcher]))
      else those.add(watcher)
    }
    this.#watched += wanted.size
    signal.addEventListener('abort', () => this.#unwatch(wanted, watcher), { once: true })
    return 'watching'
  }

  /** Those who watch it here hear of a zone, but for the one from whom it came. */
  tell({ key, bytes }: StampedZone, from: PeerId | null = null): void {
    for (const { peerId, push } of this.#watchers.get(key) ?? []) if (peerId !== from) push(key, bytes)
  }

  /** A valid zone that came without being asked for (gossip, a watch): kept where it is held or watched here. */
  news(signed: SignedZone, from: PeerId): News {
    const { store, clock, heard, isWatched } = this.#parts
    const here = this.newestOf(signed.key)
    const order = here === null ? 'newer' : newer(signed, here)
    if (order !== 'newer') return order
    const isHeld = store.held(signed.key) !== null && store.hold(signed, clock.nowMs()).outcome === 'held'
    this.tell(signed, from)
    if (!isHeld && store.own(signed.key) === null && !isWatched(signed.zone.name)) return 'passing'
    heard(signed)
    return isHeld ? 'held' : 'heard'
  }

  /** Keys that others watch here. */
  get watched(): number {
    return this.#watched
  }

  #answerTo(verdict: StoreVerdict, from: PeerId | null): PutAnswer {
    const { offence, heard } = this.#parts
    switch (verdict.verdict) {
      case 'unknown':
        return { status: 'unknown' }
      case 'refused':
        if (from !== null && verdict.points > 0) offence(from, `names: ${verdict.why}`, verdict.points)
        return { status: 'refused', why: RefusedPut.catch('other').parse(verdict.code) }
      case 'have':
        return this.#again(verdict.signed)
      case 'store': {
        const { signed } = verdict
        // Once more: of several that were judged together, another one may have been stored since its verdict.
        const here = this.newestOf(signed.key)
        const order = here === null ? 'newer' : newer(signed, here)
        if (order === 'older') return { status: 'refused', why: 'older' }
        if (order === 'same') return this.#again(signed)
        const answer = this.#hold(signed)
        // Who watches wants it also where there is no room for it here.
        this.tell(signed, from)
        heard(signed)
        return answer
      }
    }
  }

  /** Whoever hands over what is here hands it to the others as well, so it is not this device's turn for a while. */
  #again(signed: SignedZone): PutAnswer {
    const { store, clock } = this.#parts
    if (store.held(signed.key) === null) return this.#hold(signed)
    store.provided(signed.key, clock.nowMs())
    return { status: 'held' }
  }

  #hold(signed: SignedZone): PutAnswer {
    const { store, clock, log } = this.#parts
    // One's own lies beside it, and does not make room for others.
    if (store.own(signed.key)?.zone.seq === signed.zone.seq) return { status: 'held' }
    const held = store.hold(signed, clock.nowMs())
    if (held.outcome === 'held') return { status: 'held' }
    log.debug({ why: held.why }, 'a zone is not held')
    return { status: 'refused', why: 'too-far' }
  }

  /** Nearer to the key than this device, by XOR, the nearest first. */
  #closer(key: ZoneKey, asker: PeerId): Closer[] {
    const place = placeOfZone(key)
    const hereBytes = distanceOf(place, this.#here)
    const places = new Map<PeerId, Place>()
    const placed = ({ peerId }: Closer): Place => {
      const known = places.get(peerId) ?? this.#places.get(peerId) ?? placeOfPeer(peerId)
      places.set(peerId, known)
      return known
    }
    const others = [...this.#parts.neighbours(asker, place)].filter(({ peerId }) => peerId !== asker && peerId !== this.#parts.me)
    const nearer = others.filter((one) => Buffer.compare(distanceOf(place, placed(one)), hereBytes) < 0)
    this.#places = places
    return nearest(place, nearer, placed, MAX_CLOSER)
  }

  #unwatch(keys: ReadonlySet<ZoneKey>, watcher: Watcher): void {
    for (const key of keys) {
      const those = this.#watchers.get(key)
      those?.delete(watcher)
      if (those?.size === 0) this.#watchers.delete(key)
    }
    this.#watched -= keys.size
  }
}
