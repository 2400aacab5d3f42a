import type { PeerId } from '../../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../../shared/model/ledger.ts'
import type { ClaimStep, Lookup } from '../../../../shared/model/names.ts'
import type { Topic } from '../../../platform/gossip.ts'
import { ResourceMap } from '../cache.ts'
import { Claims } from '../claims.ts'
import { ClaimStore } from '../claim-store.ts'
import { Holder } from '../holder.ts'
import { judgeZone, newer } from '../judge.ts'
import type { Lines } from '../lines.ts'
import type { ZoneKey } from '../near.ts'
import { OwnZones } from '../own-zones.ts'
import { Providing } from '../providing.ts'
import { Publisher } from '../publisher.ts'
import { resolve } from '../resolver.ts'
import type { ResolverParts } from '../resolver-types.ts'
import type { NamesEvent, NamesNetwork, NamesParts } from '../types.ts'
import type { SignedZone } from '../zone.ts'
import { enterZones } from '../zone-gossip.ts'
import type { ZoneStore } from '../zone-store.ts'
import type { Around } from './around.ts'
import { FirstZones } from './first-zones.ts'
import { LedgerOf } from './ledger-of.ts'
import { Looking } from './looking.ts'
import { Meeting } from './meeting.ts'
import { MyNames } from './my-names.ts'
import { OwnShelf } from './own-shelf.ts'
import { Refreshing } from './refreshing.ts'
import type { Running } from './running.ts'
import { sourcesOf } from './sources.ts'
import { Watching } from './watching.ts'

export interface RoomParts {
  readonly names: NamesParts
  readonly network: NamesNetwork
  readonly store: ZoneStore
  readonly lines: Lines
  readonly around: Around
  readonly running: Running
  readonly kept: () => Iterable<NameLabel>
  readonly tell: (event: NamesEvent) => void
  /** What is held for others may have changed. */
  readonly heldChanged: () => void
}

/** Names of one network that is followed: what is held, told, claimed, kept and looked up in it. */
export class NetworkRoom {
  readonly id: NetworkId
  readonly tld: string
  readonly ledger: LedgerOf
  readonly holder: Holder
  readonly cache: ResourceMap
  readonly publisher: Publisher
  readonly claims: Claims
  readonly zones: OwnZones
  readonly mine: MyNames
  readonly looking: Looking
  readonly firstZones: FirstZones
  readonly #parts: RoomParts
  readonly #over = new AbortController()
  readonly #shelf: OwnShelf
  readonly #providing: Providing
  readonly #topic: Topic
  readonly #meeting: Meeting
  readonly #refreshing: Refreshing
  readonly #watching: Watching
  readonly #unlisten: () => void
  #wasBehind = true

  constructor(parts: RoomParts) {
    const { store, lines, around, network, running } = parts
    const { database, clock, log, random, offence, gossip, dht, peers, people, me } = parts.names
    this.#parts = parts
    this.id = network.id
    this.tld = network.tld
    const at = { network: network.id, clock, log }
    const own = { account: me.account, accountKey: me.accountKey }
    const ledger = new LedgerOf(parts.names.ledger, network.id)
    this.ledger = ledger
    this.cache = new ResourceMap({ ...at, database, tld: network.tld, onNewer: (signed) => this.#tellHeard(signed) })
    this.holder = new Holder({
      ...at,
      me: me.peerId,
      store,
      ledger,
      offence,
      neighbours: (asker, near) => around.neighbours(asker, near),
      isWatched: (name) => this.#isWatched(name),
      heard: (signed) => this.#heard(signed),
    })
    const news: Holder['news'] = (signed, from) => (this.#over.signal.aborted ? 'older' : this.holder.news(signed, from))
    this.#topic = enterZones({ gossip, network: network.id, holder: { facts: () => this.holder.facts(), news } })
    const handing = { ...at, store, holder: this.holder, random, lines: around, peers: () => around.all() }
    this.publisher = new Publisher({
      ...handing,
      ...own,
      broadcast: (zone) => this.#topic.publish(zone),
      changed: (name) => this.#ownChanged(name),
    })
    this.#providing = new Providing({ ...handing, me: me.peerId })
    this.#meeting = new Meeting({ ...at, dht, store, around, random, met: () => this.publisher.noticed() })
    this.#shelf = new OwnShelf(network.id, me.account, store)
    const publish = async (signed: SignedZone) => {
      const publishing = this.publisher.publish(signed)
      this.#meeting.walk(signed.key)
      return publishing
    }
    this.zones = new OwnZones({ ...at, ...own, store, holder: this.holder, publisher: { publish } })
    const claimStore = new ClaimStore(database, network.id)
    this.claims = new Claims({ ledger, store: claimStore, me: me.account, rules: network.rules, clock, log })
    this.#unlisten = this.claims.subscribe(({ name, step }) => this.#claimed(name, step))
    this.mine = new MyNames({ me: me.account, network, ledger, claims: this.claims, claimStore, shelf: this.#shelf, clock, log, tell: parts.tell })
    this.firstZones = new FirstZones({
      me: me.account,
      peerId: me.peerId,
      ledger,
      zones: this.zones,
      store: claimStore,
      isClaimed: (name) => this.claims.list().some((one) => one.name === name && one.step?.step !== 'refused'),
      addresses: () => peers.addressesOf(me.peerId),
      log,
    })
    const resolver: ResolverParts = {
      network: network.id,
      rules: { tld: network.tld, checkName: (text) => parts.names.ledger.checkName(text) },
      clock,
      ledger,
      me: me.account,
      isContact: (account) => people.isContact(account),
      own: (name) => this.#shelf.zone(name),
      cache: this.cache,
      sources: sourcesOf({ network: this.holder.id, me: me.peerId, peers, people, around, lines, dht }),
      lied: (peerId, why, points) => offence(peerId, `names: ${why}`, points),
    }
    this.looking = new Looking({ resolver, connecting: { peers, clock, me }, over: this.#over.signal })
    this.#refreshing = new Refreshing({
      me: me.account,
      cache: this.cache,
      ledger,
      people,
      kept: parts.kept,
      refresh: (name, signal) => resolve(`${name}.${network.tld}`, resolver, { cached: 'ask', signal }),
      isAnybodyThere: () => around.connected().length > 0,
      clock,
      log,
    })
    this.#watching = new Watching({
      network: network.id,
      id: this.holder.id,
      ledger,
      peers,
      around,
      lines,
      clock,
      log,
      names: () => this.#refreshing.names,
      heard: (key, zone, from) => void running.add(this.#pushed(key, zone, from)),
    })
  }

  /** Aborts when this network is left. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  /** Resolves when this account's zones were read. */
  async begin(): Promise<void> {
    await this.#shelf.load()
    if (this.#over.signal.aborted) return
    this.mine.start()
    this.publisher.start()
    this.#providing.start()
    this.#meeting.start()
    this.ledgerChanged('sync')
    this.reconsider()
  }

  look(...asked: Parameters<Looking['look']>): Promise<Lookup> {
    return this.looking.look(...asked)
  }

  ledgerChanged(what: 'block' | 'names' | 'entry' | 'sync'): void {
    this.claims.noticed()
    const isBehind = this.ledger.behind() !== null
    const isCaughtUp = this.#wasBehind && !isBehind
    this.#wasBehind = isBehind
    if (what === 'names' || isCaughtUp) {
      this.#dropFormerOwners()
      this.publisher.noticed()
      this.reconsider()
    }
    this.#giveFirstZones()
    this.mine.noticed()
    // What is passed on, or expires, goes by the hour; a block is as good a moment as any to look.
    if (what === 'block') this.#parts.heldChanged()
  }

  connected(peerId: PeerId): void {
    this.publisher.noticed()
    this.#refreshing.noticed()
    this.#watching.connected(peerId)
  }

  disconnected(peerId: PeerId): void {
    this.publisher.noticed()
    this.#watching.disconnected(peerId)
  }

  /** Contacts, their names or those that are kept changed. */
  reconsider(): void {
    this.#refreshing.reconsider()
    this.#watching.noticed()
  }

  /** All holders are asked again, also those that nobody knew of. */
  walk(key: ZoneKey): void {
    this.#meeting.walk(key)
  }

  /** Nothing is asked or told from now on, and what runs is given up. */
  leave(why: Error): void {
    this.ledger.leave()
    this.#topic.leave()
    this.#unlisten()
    this.mine.stop()
    this.#over.abort(why)
  }

  /** Resolves when nothing of it runs any more, and what was kept is on the disk. */
  async close(): Promise<void> {
    const stopping = [this.#watching, this.#refreshing, this.#meeting, this.#providing, this.publisher, this.claims]
    await Promise.all(stopping.map((one) => one.stop()))
    await this.#parts.running.idle()
    this.cache.close()
  }

  #isWatched(name: NameLabel): boolean {
    return this.cache.cares(name) || this.looking.has(name) || this.ledger.name(name)?.owner === this.#parts.names.me.account
  }

  /** News of a name that is held or watched here. */
  #heard(signed: SignedZone): void {
    const { store, heldChanged, running, names } = this.#parts
    const { zone, key } = signed
    heldChanged()
    if (zone.owner === names.me.account) {
      // Another device of this account signed it: it is told from here too.
      const own = store.own(key)
      if (own === null || own.zone.owner !== zone.owner || newer(signed, own) === 'newer') store.putOwn(signed)
      void running.add(this.#read(zone.name))
      return this.publisher.noticed()
    }
    if (!this.#isWatched(zone.name)) return
    const wasAwaited = this.cache.cares(zone.name)
    const order = this.cache.put(signed)
    // It is being looked up, and nothing of it was kept: the map does not tell of it.
    if (!wasAwaited && order === 'kept') this.#tellHeard(signed)
  }

  #tellHeard({ zone: { name, owner, seq } }: SignedZone): void {
    if (!this.#over.signal.aborted) this.#parts.tell({ event: 'zone-heard', fullName: `${name}.${this.tld}`, owner, seq })
  }

  /** Whoever is watched says that there is a newer zone: judged as if it had been asked for. */
  async #pushed(key: ZoneKey, zone: Uint8Array, from: PeerId): Promise<void> {
    const judged = await judgeZone(zone, this.holder.facts(), key)
    if (this.#over.signal.aborted) return
    if (judged.verdict === 'valid') this.holder.news(judged.signed, from)
    else if (judged.verdict === 'refused' && judged.points > 0) this.#parts.names.offence(from, `names: ${judged.why}`, judged.points)
  }

  /** What is kept of a name goes when the name does. */
  #dropFormerOwners(): void {
    if (this.ledger.behind() !== null) return
    for (const { name, owner } of this.cache.owners()) if (this.ledger.name(name)?.owner !== owner) this.cache.drop(name)
  }

  #claimed(name: NameLabel, step: ClaimStep | null): void {
    this.firstZones.claimed(name, step)
    if (step?.step === 'yours') this.#giveFirstZones()
    this.mine.noticed()
  }

  #giveFirstZones(): void {
    void this.#parts.running.add(this.firstZones.noticed())
  }

  #ownChanged(name: NameLabel): void {
    void this.#parts.running.add(this.#read(name))
  }

  async #read(name: NameLabel): Promise<void> {
    await this.#shelf.refresh(name)
    this.mine.noticed()
  }
}
