import { createHash } from 'node:crypto'
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { base36 } from 'multiformats/bases/base36'
import { checkName } from '../../../src/main/features/ledger/index.ts'
import { ResourceMap } from '../../../src/main/features/names/cache.ts'
import { Holder, type HoldingView } from '../../../src/main/features/names/holder.ts'
import { Lines } from '../../../src/main/features/names/lines.ts'
import { Publisher } from '../../../src/main/features/names/publisher.ts'
import { askOverLines } from '../../../src/main/features/names/resolver-source.ts'
import type { LedgerView, ResolverParts } from '../../../src/main/features/names/resolver-types.ts'
import { signZone, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createNamesProtocol } from '../../../src/main/protocols/names/index.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { BlockId, type NameLabel, type NameOnLedger, NetworkId } from '../../../src/shared/model/ledger.ts'
import { Zone } from '../../../src/shared/model/names.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { type TestNode, wrapNode } from '../../helpers/two-nodes.ts'

/*
 * Devices of one network in one process: real libp2p over memory, real streams, real stores, holders, publishers and
 * look-ups. The ledger is a list that all of them see, so that a test says who owns what.
 */

export const NETWORK = NetworkId.parse(`bafyrei${'a'.repeat(52)}`)
export const OTHER_NETWORK = NetworkId.parse(`bafyrei${'b'.repeat(51)}a`)
const BLOCK = BlockId.parse(`bafyrei${'c'.repeat(51)}a`)

/** The same numbers on every machine. *Source*: the multiplier of MINSTD. */
export function drawn(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items.map((item) => ({ item, at: random() })).toSorted((a, b) => a.at - b.at).map(({ item }) => item)
}

export interface Person {
  readonly key: PrivateKey
  readonly account: AccountId
}

export function keyOf(text: string): Promise<PrivateKey> {
  return generateKeyPairFromSeed('Ed25519', createHash('sha256').update(text).digest())
}

export async function personOf(text: string): Promise<Person> {
  const key = await keyOf(`person ${text}`)
  return { key, account: AccountId.parse(key.publicKey.toCID().toString(base36)) }
}

/** A name as the ledger has it. */
export function owned(name: NameLabel, { account }: Person, change: Partial<NameOnLedger> = {}): NameOnLedger {
  const nowMs = Date.now()
  const times = { sinceMs: nowMs - 30 * DAY, registeredMs: nowMs - 30 * DAY, expiresMs: nowMs + 335 * DAY }
  return { name, owner: account, ...times, phase: 'living', offeredTo: null, ...change }
}

export async function zoneOf(owner: Person, name: NameLabel, seq: number, change: Partial<Zone> = {}): Promise<SignedZone> {
  const nowMs = Date.now()
  const zone = Zone.parse({
    network: NETWORK,
    name,
    owner: owner.account,
    seq,
    issuedAtMs: nowMs - HOUR,
    expiresAtMs: nowMs + 7 * DAY,
    ttlMs: 5 * MINUTE,
    records: [{ label: '@', kind: 'text', text: `zone ${seq} of ${name}` }],
    ...change,
  })
  const built = await signZone(zone, owner.key)
  if (built.outcome === 'refused') throw new Error(built.why)
  return built.signed
}

/** One device of the network, honest. */
export interface Box {
  readonly node: TestNode
  readonly database: Database
  readonly store: ZoneStore
  readonly holder: Holder
  readonly lines: Lines
}

export interface BoxOptions {
  readonly database?: Database
  readonly key?: PrivateKey
  readonly clock?: Clock
  readonly ledger?: HoldingView
}

export class Crowd {
  readonly names = new Map<NameLabel, NameOnLedger>()
  /** Where each device listens, liars too. */
  readonly places = new Map<PeerId, string>()
  readonly nodes: TestNode[] = []
  readonly #closing: (() => void | Promise<void>)[] = []
  readonly #tag: string
  #made = 0

  constructor(tag: string) {
    this.#tag = tag
  }

  /** A node that listens, with a key that follows from the seed. */
  async node(key?: PrivateKey): Promise<TestNode> {
    const number = this.#made++
    const address = `/memory/${this.#tag}-${process.pid}-${number}`
    const libp2p = await createLibp2p({
      privateKey: key ?? (await keyOf(`${this.#tag} ${number}`)),
      addresses: { listen: [address] },
      transports: [memory()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      connectionManager: { maxConnections: 1_000, inboundConnectionThreshold: 100_000 },
      services: { identify: identify({ runOnConnectionOpen: false }) },
    })
    const node = wrapNode(libp2p)
    this.nodes.push(node)
    this.places.set(node.peerId, `${address}/p2p/${node.peerId}`)
    return node
  }

  /** `clock`: by which it judges; its streams go by the machine's. */
  async box({ database = openMemoryDatabase(), key, clock = systemClock, ledger = this.ledger() }: BoxOptions = {}): Promise<Box> {
    const node = await this.node(key)
    const { peerId, streams, offence } = node
    const store = new ZoneStore(database, peerId)
    const holder = new Holder({
      network: NETWORK,
      me: peerId,
      store,
      ledger,
      clock,
      log: silentLog,
      offence,
      neighbours: () => this.connectedOf(node).map((one) => ({ peerId: one, addresses: this.#addressesOf(one) })),
      isWatched: () => false,
      heard: () => {},
    })
    const protocol = createNamesProtocol({ streams, clock: systemClock, offence })
    await protocol.serve(holder)
    const lines = new Lines({ protocol, clock: systemClock, log: silentLog, offence })
    this.#closing.push(() => lines.close())
    return { node, database, store, holder, lines }
  }

  /** Of all that own names here: each sees the same. */
  ledger(behind: LedgerView['behind'] = () => null): LedgerView {
    return {
      head: () => ({ block: BLOCK, height: 12, atMs: Date.now() - HOUR }),
      behind,
      name: (name) => this.names.get(name) ?? null,
      namesOf: (account) => [...this.names.values()].filter(({ owner }) => owner === account),
    }
  }

  publisher({ node, store, holder, lines }: Box, { account, key }: Person): Publisher {
    const publisher = new Publisher({
      network: NETWORK,
      account,
      accountKey: key,
      store,
      holder,
      lines,
      peers: () => this.connectedOf(node),
      broadcast: async () => {},
      clock: systemClock,
      log: silentLog,
      random: () => 0.5,
      changed: () => {},
    })
    this.#closing.push(() => publisher.stop())
    return publisher
  }

  /** What `resolve` needs on this device. `ownersDevices`: those of the owner that are known. */
  asker(box: Box, me: Person, change: Partial<ResolverParts> = {}, ownersDevices: (owner: AccountId) => readonly PeerId[] = () => []): ResolverParts {
    const { node, lines, holder } = box
    const cache = new ResourceMap({ database: openMemoryDatabase(), clock: systemClock, network: NETWORK, tld: 'peer' })
    const connect = (peerId: PeerId, addresses: readonly string[], signal: AbortSignal) => this.connect(node, peerId, addresses, signal)
    const sources: ResolverParts['sources'] = {
      known: (owner) => {
        const connected = this.connectedOf(node)
        const owners = new Set(ownersDevices(owner))
        const role = (peerId: PeerId) => (owners.has(peerId) ? 'owner' : 'near')
        return [
          ...connected.map((peerId) => ({ peerId, role: role(peerId), connected: true, addresses: [] }) as const),
          ...[...owners]
            .filter((peerId) => !connected.includes(peerId))
            .map((peerId) => ({ peerId, role: 'owner', connected: false, addresses: this.#addressesOf(peerId) }) as const),
        ]
      },
      ask: askOverLines({ lines, network: holder.id, connect }),
    }
    return {
      network: NETWORK,
      rules: { tld: 'peer', checkName },
      clock: systemClock,
      ledger: this.ledger(),
      me: me.account,
      isContact: () => false,
      own: () => null,
      cache,
      sources,
      lied: (peerId, why, points) => node.offence(peerId, why, points),
      ...change,
    }
  }

  connectedOf({ libp2p }: TestNode): PeerId[] {
    return libp2p.getPeers().map((one) => PeerId.parse(one.toString()))
  }

  async connect({ libp2p }: TestNode, peerId: PeerId, addresses: readonly string[], signal?: AbortSignal): Promise<void> {
    if (libp2p.getPeers().some((one) => one.toString() === peerId)) return
    if (addresses.length === 0) throw new Error('nobody says where it is')
    await libp2p.dial(addresses.map((address) => multiaddr(address)), signal === undefined ? {} : { signal })
  }

  join(from: TestNode, to: PeerId): Promise<void> {
    return this.connect(from, to, this.#addressesOf(to))
  }

  /** Each connected with so many others, drawn. */
  async mix(nodes: readonly TestNode[], each: number, random: () => number): Promise<void> {
    for (const node of nodes) {
      const others = shuffled(nodes.filter((one) => one !== node), random).slice(0, each)
      await Promise.all(others.map((one) => this.join(node, one.peerId)))
    }
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).toReversed()) await close()
    await Promise.all(this.nodes.splice(0).map((node) => node.close()))
  }

  #addressesOf(peerId: PeerId): string[] {
    const address = this.places.get(peerId)
    return address === undefined ? [] : [address]
  }
}
