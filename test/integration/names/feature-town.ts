import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromString } from '@libp2p/peer-id'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { checkName } from '../../../src/main/features/ledger/index.ts'
import { createNames } from '../../../src/main/features/names/index.ts'
import type { NamesEvent, NamesFeature, NamesLedger, NamesParts, NamesPeers } from '../../../src/main/features/names/types.ts'
import { roundTrip } from '../../../src/main/node/round-trip.ts'
import type { Dht, FoundRecord, NearPeer, RecordKeeper } from '../../../src/main/platform/dht.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { type Log, silentLog } from '../../../src/main/platform/log.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { NAMES_PROTOCOL } from '../../../src/main/protocols/names/index.ts'
import { type AccountId, PeerId } from '../../../src/shared/ids.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import type { ClaimStep, Lookup } from '../../../src/shared/model/names.ts'
import { type Citizen, LedgerTown, type TownOptions } from '../../helpers/ledger-town.ts'
import type { NetNode } from '../../helpers/ledger-net.ts'
import { person } from '../../unit/ledger/town.ts'

export const label = (text: string): NameLabel => NameLabel.parse(text)
export const accountNamed = (name: string): AccountId => accountOf(person(name).account)

/** What the DHT gives here is what a test put there: who is near to whom, and nothing more. */
export class SmallDht implements Dht {
  keeper: RecordKeeper | null = null
  near: NearPeer[] = []
  readonly walks: Uint8Array[] = []
  readonly #feed = new Feed<null>(() => {})

  keep(kind: string, keeper: RecordKeeper): void {
    if (kind === 'latch-zone') this.keeper = keeper
  }

  async *closest(key: Uint8Array): AsyncIterable<NearPeer> {
    this.walks.push(key)
    yield* this.near
  }

  async *find(): AsyncIterable<FoundRecord> {}

  put(): Promise<{ held: number; asked: number }> {
    return Promise.resolve({ held: 0, asked: 0 })
  }

  known(): readonly PeerId[] {
    return []
  }

  changed(): void {
    this.#feed.publish(null)
  }

  onChanged(listener: () => void): () => void {
    return this.#feed.subscribe(listener)
  }
}

export interface House {
  readonly name: string
  readonly account: AccountId
  readonly citizen: Citizen
  /** Of names alone. */
  readonly database: Database
  readonly names: NamesFeature
  readonly dht: SmallDht
  readonly events: NamesEvent[]
  readonly contacts: Set<AccountId>
  readonly settings: { dns: boolean; dnsPort: number }
  /** The settings were changed. */
  readonly set: (change: Partial<House['settings']>) => void
  stop(): Promise<void>
}

/** Names over whole ledgers, real streams and real gossip, on one clock that the test moves. */
export class NamesTown {
  readonly town: LedgerTown
  readonly #houses = new Map<string, House>()
  readonly #databases = new Map<string, Database>()
  /** What the log has as defects of ours; there are to be none. */
  readonly defects: string[] = []

  private constructor(town: LedgerTown) {
    this.town = town
  }

  /** Each of `validators` decides; all of them and `followers` have a house. */
  static async of(options: Partial<TownOptions> & { readonly validators: readonly string[] }): Promise<NamesTown> {
    const made = new NamesTown(await LedgerTown.of({ faults: 0, ...options }))
    for (const name of [...options.validators, ...(options.followers ?? [])]) await made.open(name)
    await made.town.net.pass(10)
    return made
  }

  get all(): House[] {
    return [...this.#houses.values()]
  }

  get(name: string): House {
    const found = this.#houses.get(name)
    if (found === undefined) throw new Error(`${name} has no house`)
    return found
  }

  async open(name: string): Promise<House> {
    const citizen = this.town.get(name)
    const { node } = citizen
    const database = this.#databases.get(name) ?? openMemoryDatabase()
    this.#databases.set(name, database)
    if (node.gossip === null) throw new Error('no gossip')
    const contacts = new Set<AccountId>()
    const settings = { dns: false, dnsPort: 0 }
    const changes = new Feed<House['settings']>(() => {})
    const dht = new SmallDht()
    await answerPings(node)
    const parts: NamesParts = {
      database,
      clock: node.clock,
      log: this.#log,
      random: () => 0.5,
      offence: node.offence,
      streams: node.streams,
      gossip: node.gossip,
      dht,
      ledger: ledgerOf(citizen),
      peers: this.#peersOf(node),
      people: { isContact: (account) => contacts.has(account), contacts: () => [...contacts] },
      settings: { get: () => settings, subscribe: (listener) => changes.subscribe(listener) },
      me: { account: accountNamed(name), peerId: node.peerId, accountKey: person(name).key },
    }
    const names = await createNames(parts)
    const events: NamesEvent[] = []
    names.subscribe((event) => events.push(event))
    await names.start()
    const hear = (type: 'peer:connect' | 'peer:disconnect', said: (peerId: PeerId) => void): void =>
      node.libp2p.addEventListener(type, ({ detail }) => said(PeerId.parse(detail.toString())))
    hear('peer:connect', (peerId) => names.connected(peerId))
    hear('peer:disconnect', (peerId) => names.disconnected(peerId))
    for (const one of node.libp2p.getPeers()) names.connected(PeerId.parse(one.toString()))
    const set = (change: Partial<House['settings']>): void => {
      Object.assign(settings, change)
      changes.publish(settings)
    }
    const stop = async (): Promise<void> => {
      this.#houses.delete(name)
      await names.stop()
      await node.libp2p.unhandle(NAMES_PROTOCOL)
    }
    const house: House = { name, account: accountNamed(name), citizen, database, names, dht, events, contacts, settings, set, stop }
    this.#houses.set(name, house)
    return house
  }

  /** As after a restart: the node and its ledger stay, names begin anew from the database. */
  async reopen(name: string): Promise<House> {
    await this.get(name).stop()
    return this.open(name)
  }

  /** Until it is somebody's. */
  async claim(name: string, text: string): Promise<ClaimStep[]> {
    const steps: ClaimStep[] = []
    const claiming = (async () => {
      for await (const step of this.get(name).names.claim(label(text))) steps.push(step)
    })()
    await this.town.net.pass(10)
    await this.town.slots(6)
    await claiming
    return steps
  }

  /** What comes of something for which the clock has to move. */
  async meanwhile<T>(work: Promise<T>, ms = 2_000): Promise<T> {
    const state = { isOver: false }
    const done = work.finally(() => (state.isOver = true))
    done.catch(() => {})
    for (let left = ms; left > 0 && !state.isOver; left -= 20) await this.town.net.pass(20)
    return done
  }

  look(name: string, text: string, options: Parameters<NamesFeature['query']>[1] = {}): Promise<Lookup> {
    return this.meanwhile(this.get(name).names.query(text, options), 20_000)
  }

  async close(): Promise<void> {
    for (const house of this.all) await house.stop()
    await this.town.close()
    if (this.defects.length > 0) throw new Error(`defects: ${this.defects.join('; ')}`)
  }

  readonly #log: Log = {
    ...silentLog,
    error: (fields, message) => void this.defects.push(`${message}: ${'error' in fields ? String(fields.error) : ''}`),
  }

  #peersOf(node: NetNode): NamesPeers {
    const { libp2p } = node
    const others = (): PeerId[] => this.town.all.map(({ node: { peerId } }) => peerId).filter((peerId) => peerId !== node.peerId)
    const connectionTo = (peerId: PeerId) => libp2p.getConnections(peerIdFromString(peerId))[0]
    return {
      connected: () => libp2p.getPeers().map((one) => PeerId.parse(one.toString())),
      known: () => [],
      addressesOf: (peerId) => this.town.all.find((one) => one.node.peerId === peerId)?.node.libp2p.getMultiaddrs().map(String) ?? [],
      mayTell: () => true,
      devicesOf: (account) => others().filter((peerId) => this.town.all.some((one) => one.node.peerId === peerId && accountNamed(one.name) === account)),
      async connect(peerId, addresses, signal) {
        const dialled = addresses.map((address) => multiaddr(`${address.replace(/\/p2p\/[^/]+$/, '')}/p2p/${peerId}`))
        await libp2p.dial(dialled.length === 0 ? peerIdFromString(peerId) : dialled, { signal })
      },
      connection(peerId) {
        const connection = connectionTo(peerId)
        if (connection === undefined) return null
        const { id, remoteAddr, direction } = connection
        const peer: RemotePeer = { peerId, connection: id, route: 'local', transport: 'memory', address: remoteAddr.toString(), direction, circuit: null }
        return { peer, rttMs: null }
      },
      async ping(peerId, signal) {
        const connection = connectionTo(peerId)
        if (connection === undefined) throw new Error('not connected')
        return roundTrip(connection, node.clock, signal)
      },
    }
  }
}

function ledgerOf({ ledger }: Citizen): NamesLedger {
  return {
    active() {
      const { tld, rules } = ledger.genesis()
      return { id: ledger.network(), tld, rules }
    },
    checkName,
    head: () => ledger.tip(),
    name: (name) => ledger.name(name),
    names: (account) => ledger.names(account),
    offers: () => ledger.offers(),
    isEnded: () => ledger.isEnded(),
    submit: (what, signal) => ledger.submit(what, signal),
    entry: (id) => ledger.entry(id),
    entries: (filter) => ledger.entries(filter),
    onChanged: (listener) =>
      ledger.subscribe(({ event }) => {
        if (event === 'block-added') listener('block')
        else if (event === 'names-changed') listener('names')
        else if (event === 'entry-changed') listener('entry')
        else if (event === 'network-changed') listener('network')
        else if (event === 'status-changed') listener('sync')
      }),
  }
}

async function answerPings({ libp2p }: NetNode): Promise<void> {
  const protocol = '/ipfs/ping/1.0.0'
  if (libp2p.getProtocols().includes(protocol)) return
  await libp2p.handle(protocol, (stream) => {
    stream.addEventListener('message', ({ data }) => stream.send(data))
  })
}
