import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { OpDraft, Submitted } from '../../../shared/model/blocks.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import type { CacheLine, ClaimStep, DnsState, Lookup, LookupProgress, MyName, Publication, Zone, ZoneSet } from '../../../shared/model/names.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import { createNamesProtocol } from '../../protocols/names/index.ts'
import { CacheStore } from './cache-store.ts'
import { ClaimStore } from './claim-store.ts'
import { Lines } from './lines.ts'
import { Around } from './live/around.ts'
import { DnsSwitch } from './live/dns-switch.ts'
import { HeldNews } from './live/held-news.ts'
import { asProgress, type Told } from './live/looking.ts'
import type { NetworkRoom } from './live/network-room.ts'
import { Present } from './live/present.ts'
import { zoneKeeper } from './live/record-keeper.ts'
import { Running } from './live/running.ts'
import { zoneKey } from './near.ts'
import { inOneSentence, readName } from './read-name.ts'
import type { LookupOptions, NamesEvent, NamesFeature, NamesParts, NamesSnapshot } from './types.ts'
import { ZoneStore } from './zone-store.ts'

/**
 * Names of the network that is followed now. Its protocol is served from the moment it is made, and answers `busy` before a
 * network is there; nothing else runs before `start` and after `stop`. *Errors*: those of `PeerStreams.serve`.
 *
 *   live/present          which network is followed, and when another one is
 *   live/network-room     one network, and what belongs to it
 *   live/ledger-of        its ledger, and nobody else's               live/around       other devices
 *   live/looking          look-ups; live/connecting how they end      live/sources      whom they ask
 *   live/my-names, mine   what concerns this account, and reminders   live/own-shelf    its zones, read
 *   live/first-zones      a fresh name points to this device          live/meeting      who is near to one's own names
 *   live/refreshing       names that are kept fresh                   live/watching     whose news is asked for
 *   live/record-keeper    zones as the DHT keeps them                 live/dns-switch   answers for programs
 */
export async function createNames(parts: NamesParts): Promise<NamesFeature> {
  const names = new Names(parts)
  await names.serve()
  return names
}

class Names implements NamesFeature {
  readonly #parts: NamesParts
  readonly #store: ZoneStore
  readonly #lines: Lines
  readonly #running = new Running()
  readonly #present: Present
  readonly #dns: DnsSwitch
  readonly #feed: Feed<NamesEvent>
  readonly #lookups: Feed<Lookup>
  readonly #held: HeldNews
  /** How often each is kept. */
  readonly #kept = new Map<NameLabel, number>()
  #unlisten: () => void = () => {}

  constructor(parts: NamesParts) {
    const { clock, database, log, me, offence, peers, settings, streams, dht } = parts
    this.#parts = parts
    this.#feed = new Feed((error) => log.error({ error }, 'a listener of names failed'))
    this.#lookups = new Feed((error) => log.error({ error }, 'a listener of look-ups failed'))
    const tell = (event: NamesEvent): void => this.#feed.publish(event)
    const store = new ZoneStore(database, me.peerId)
    const lines = new Lines({ protocol: createNamesProtocol({ streams, clock, offence }), clock, log, offence })
    this.#store = store
    this.#lines = lines
    this.#held = new HeldNews(clock, () => store.size(), (held) => tell({ event: 'held-changed', held }))
    this.#present = new Present({
      names: parts,
      store,
      lines,
      around: new Around({ me: me.peerId, peers, lines, clock }),
      running: this.#running,
      kept: () => this.#kept.keys(),
      tell,
      heldChanged: () => this.#held.noticed(),
      switched: () => tell({ event: 'network-changed', snapshot: this.#snapshot() }),
    })
    this.#dns = new DnsSwitch({
      wanted: () => settings.get(),
      tld: () => this.#present.room?.tld ?? parts.ledger.active().tld,
      resolve: (fullName, signal) => this.query(fullName, { signal }),
      changed: (dns) => tell({ event: 'dns-changed', dns }),
      clock,
      log,
    })
    const holder = (): NetworkRoom['holder'] | null => this.#present.room?.holder ?? null
    dht.keep('latch-zone', zoneKeeper({ holder, running: this.#running, count: () => store.size().zones }))
  }

  /** Whoever asks is answered from now on. */
  serve(): Promise<void> {
    const { streams, clock, offence } = this.#parts
    return createNamesProtocol({ streams, clock, offence }).serve({
      get: (peer, request) => this.#present.room?.holder.get(peer, request) ?? { status: 'busy' },
      put: (peer, request) => {
        const room = this.#present.room
        return room === null ? { status: 'busy' } : this.#running.add(room.holder.put(peer, request))
      },
      watch: (peer, request, push, signal) => this.#present.room?.holder.watch(peer, request, push, signal) ?? 'busy',
    })
  }

  async start(): Promise<void> {
    // Before anything is waited for: whoever stops meanwhile ends this too.
    this.#unlisten = this.#parts.settings.subscribe(() => void this.#dns.turn())
    await this.#present.start()
    await this.#dns.turn()
  }

  async stop(): Promise<void> {
    this.#unlisten()
    this.#held.stop()
    await Promise.all([this.#present.stop(), this.#dns.stop()])
    this.#lines.close()
    await this.#running.idle()
  }

  // One's own

  mine(): MyName[] {
    return this.#present.mustBe().mine.list()
  }

  async *claim(name: NameLabel, signal?: AbortSignal): AsyncGenerator<ClaimStep, void, void> {
    const { claims, over } = this.#present.mustBe()
    yield* claims.claim(name, signal === undefined ? over : AbortSignal.any([over, signal]))
  }

  dropClaim(name: NameLabel): void {
    this.#present.mustBe().claims.drop(name)
  }

  async renew(name: NameLabel, signal?: AbortSignal): Promise<Submitted> {
    return this.#ofMine({ kind: 'renew', name }, signal)
  }

  async transfer(name: NameLabel, to: AccountId, signal?: AbortSignal): Promise<Submitted> {
    return this.#ofMine({ kind: 'transfer', name, to }, signal)
  }

  async take(name: NameLabel, signal?: AbortSignal): Promise<Submitted> {
    const room = this.#upToDate()
    const isOffered = room.ledger.name(name)?.offeredTo === this.#parts.me.account
    if (!isOffered) throw new LatchError('NOT_FOUND', 'This name is not offered to you, as of the last block here.')
    return room.firstZones.take(name, signal)
  }

  async release(name: NameLabel, signal?: AbortSignal): Promise<Submitted> {
    return this.#ofMine({ kind: 'release', name }, signal)
  }

  async zone(name: NameLabel): Promise<Zone | null> {
    return this.#present.mustBe().zones.zone(name)
  }

  async setZone(name: NameLabel, zone: Parameters<NamesFeature['setZone']>[1]): Promise<ZoneSet> {
    return this.#running.add(this.#present.mustBe().zones.set(name, zone))
  }

  async publish(name: NameLabel): Promise<Publication> {
    const room = this.#mustBeMine(name)
    const key = zoneKey(room.id, name)
    if (this.#store.own(key) === null) throw new LatchError('NOT_FOUND', 'This name points nowhere yet: say what it points to first.')
    room.walk(key)
    return room.publisher.again(key)
  }

  // Others'

  lookup(text: string, options: LookupOptions = {}): AsyncGenerator<LookupProgress, void, void> {
    return asProgress((told, signal) => this.#look(text, { ...options, signal }, told), options.signal)
  }

  query(text: string, options: LookupOptions = {}): Promise<Lookup> {
    return this.#look(text, options)
  }

  onLookup(listener: (lookup: Lookup) => void): () => void {
    return this.#lookups.subscribe(listener)
  }

  keep(name: NameLabel): () => void {
    this.#kept.set(name, (this.#kept.get(name) ?? 0) + 1)
    this.reconsider()
    let isKept = true
    return () => {
      if (!isKept) return
      isKept = false
      const left = (this.#kept.get(name) ?? 1) - 1
      if (left > 0) this.#kept.set(name, left)
      else this.#kept.delete(name)
      this.reconsider()
    }
  }

  cache(): CacheLine[] {
    return this.#present.mustBe().cache.lines()
  }

  clearCache(fullName?: string): number {
    const { cache, tld } = this.#present.mustBe()
    const before = cache.lines().length
    if (fullName === undefined) cache.clear()
    else {
      const read = readName(fullName, { tld, checkName: (text) => this.#parts.ledger.checkName(text) })
      if (read.outcome === 'refused') throw new LatchError('BAD_INPUT', inOneSentence(read))
      cache.drop(read.name)
    }
    return before - cache.lines().length
  }

  dns(): DnsState {
    return this.#dns.state
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<NamesSnapshot, NamesEvent>> {
    return this.#feed.watch(() => this.#snapshot(), signal)
  }

  subscribe(listener: (event: NamesEvent) => void): () => void {
    return this.#feed.subscribe(listener)
  }

  connected(peerId: PeerId): void {
    this.#lines.connected(peerId)
    this.#present.room?.connected(peerId)
  }

  disconnected(peerId: PeerId): void {
    this.#lines.disconnected(peerId)
    this.#present.room?.disconnected(peerId)
  }

  reconsider(): void {
    this.#present.room?.reconsider()
  }

  forget(network: NetworkId): void {
    if (this.#present.room?.id === network) return
    const { database } = this.#parts
    database.transaction(() => {
      this.#store.dropNetwork(network)
      new CacheStore(database).clear(network)
      new ClaimStore(database, network).clear()
    })
  }

  async #look(text: string, options: LookupOptions, told?: Told): Promise<Lookup> {
    const lookup = await this.#present.mustBe().look(text, options, told)
    this.#lookups.publish(lookup)
    return lookup
  }

  #snapshot(): NamesSnapshot {
    const { room } = this.#present
    const { id, tld } = room ?? this.#parts.ledger.active()
    return { network: id, tld, mine: room?.mine.list() ?? [], held: this.#store.size(), dns: this.#dns.state }
  }

  #upToDate(): NetworkRoom {
    const room = this.#present.mustBe()
    if (room.ledger.behind() !== null) throw new LatchError('BUSY', 'The ledger here is catching up: it cannot say yet whose this name is.')
    return room
  }

  #mustBeMine(name: NameLabel): NetworkRoom {
    const room = this.#upToDate()
    const isMine = room.ledger.name(name)?.owner === this.#parts.me.account
    if (!isMine) throw new LatchError('NOT_FOUND', 'This name is not yours, as of the last block here.')
    return room
  }

  async #ofMine(op: Extract<OpDraft, { kind: 'renew' | 'transfer' | 'release' }>, signal?: AbortSignal): Promise<Submitted> {
    return this.#mustBeMine(op.name).ledger.submit({ op }, signal)
  }
}
