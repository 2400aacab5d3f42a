import { randomBytes } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'
import { createSignedStore } from '../../src/main/features/consensus/index.ts'
import { accountOf } from '../../src/main/features/ledger/bytes.ts'
import { applyEntries } from '../../src/main/features/ledger/apply.ts'
import { type Block, sealHeader } from '../../src/main/features/ledger/block.ts'
import { listRoot } from '../../src/main/features/ledger/merkle.ts'
import { commitmentOf, decodeEntry, encodeBody, type Entry, type Op, signEntry } from '../../src/main/features/ledger/entry.ts'
import { type Genesis, leaderOf, networkOf, type Rules, slotStartMs } from '../../src/main/features/ledger/genesis.ts'
import { createLedger } from '../../src/main/features/ledger/feature.ts'
import { serveLedger } from '../../src/main/features/ledger/sync/serve.ts'
import { createSync } from '../../src/main/features/ledger/sync/sync.ts'
import type { LedgerEvent, LedgerFeature, Running, Sync } from '../../src/main/features/ledger/types.ts'
import { createAgreement } from '../../src/main/node/agreement.ts'
import { type Database, openMemoryDatabase } from '../../src/main/platform/database.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import { verifierOfThisThread } from '../../src/main/platform/verify-pool.ts'
import { createConsensusProtocol } from '../../src/main/protocols/consensus/index.ts'
import { createLedgerProtocol } from '../../src/main/protocols/ledger/index.ts'
import { PeerId } from '../../src/shared/ids.ts'
import type { BlockLine } from '../../src/shared/model/blocks.ts'
import { HOUR } from '../../src/shared/units.ts'
import { NO_WORK, person, SALT, START_MS, townGenesis } from '../unit/ledger/town.ts'
import { Net, type NetNode } from './ledger-net.ts'
import { type Place, Rogue } from './ledger-rogue.ts'

export interface TownOptions {
  readonly validators: readonly string[]
  readonly faults: number
  /** Of the network, and no validators. */
  readonly followers?: readonly string[]
  /** Validators that have the key and the protocol, and say what the test wants. */
  readonly rogues?: readonly string[]
  readonly rules?: Partial<Rules>
  readonly transport?: 'memory' | 'tcp'
  /** Over TCP, on a machine that does other things meanwhile. */
  readonly times?: Pick<Genesis, 'roundMs' | 'slotMs'>
}

/** One device with a whole ledger. */
export interface Citizen {
  readonly name: string
  readonly database: Database
  readonly events: LedgerEvent[]
  readonly node: NetNode
  readonly ledger: LedgerFeature
  readonly running: () => Running
  readonly stop: () => Promise<void>
}

/** Of a round: how long before a slot the hand of the clock rests between two steps, so that nobody has opened it yet. */
const BEFORE_SLOT = 0.75
/** What is broadcast is written down first, and that at most so often. */
const COMMIT_MS = 10

/**
 * A network of whole ledgers in this process: real nodes, real consensus, gossip and exchange of chains, on one clock. A
 * person's device key is their account's key, and each is called by a name.
 */
export class LedgerTown {
  readonly genesis: Genesis
  readonly net: Net
  readonly rogues = new Map<string, Rogue>()
  readonly #citizens = new Map<string, Citizen>()
  readonly #databases = new Map<string, Database>()
  readonly #nonces = new Map<string, number>()

  /** All of them connected, before slot 0. */
  static async of(options: TownOptions): Promise<LedgerTown> {
    const { validators, faults, followers = [], rogues = [], rules = {}, transport = 'memory', times = {} } = options
    const town = new LedgerTown({ ...townGenesis(rules, [...validators], faults), ...times }, transport)
    for (const name of [...validators, ...followers]) {
      if (rogues.includes(name)) town.rogues.set(name, await new Rogue(await town.net.join(name, person(name).key)).listen())
      else await town.boot(name)
    }
    await town.net.connect()
    await town.before(transport === 'memory' ? 0 : town.nextSlot + 1)
    return town
  }

  private constructor(genesis: Genesis, transport: 'memory' | 'tcp') {
    this.genesis = genesis
    this.net = new Net(transport, START_MS - genesis.slotMs - BEFORE_SLOT * genesis.roundMs)
  }

  /** Those that run, in the order of their joining. */
  get all(): Citizen[] {
    return [...this.#citizens.values()]
  }

  get(name: string): Citizen {
    const found = this.#citizens.get(name)
    if (found === undefined) throw new Error(`${name} is not here`)
    return found
  }

  rogue(name: string): Rogue {
    const found = this.rogues.get(name)
    if (found === undefined) throw new Error(`${name} is no rogue`)
    return found
  }

  /** A device with what its database holds: at first, and after a crash. */
  async boot(name: string): Promise<Citizen> {
    const database = this.#databases.get(name) ?? openMemoryDatabase()
    this.#databases.set(name, database)
    const { key, account } = person(name)
    const node = await this.net.join(name, key, database)
    const { streams, clock, peerId, offence, libp2p, gossip } = node
    if (gossip === null) throw new Error('no gossip')
    const store = createSignedStore(database)
    const consensus = createConsensusProtocol({ streams, clock, offence })
    const agreement = await createAgreement({ protocol: consensus, clock, log: silentLog, store, offence, key })
    const protocol = createLedgerProtocol({ streams, clock, offence })
    const verifier = verifierOfThisThread
    let open: { readonly running: Running; readonly sync: Sync } | null = null
    const ledger = createLedger({
      database,
      clock,
      log: silentLog,
      random: (bytes) => new Uint8Array(randomBytes(bytes)),
      me: { account: accountOf(account), peerId, accountKey: key, deviceKey: key },
      agreement,
      gossip,
      openSync: (running, lied, passOn) => {
        const decidesAlone = (): boolean => running.chain.state.roster.validators.every((one) => one.key === account)
        const parts = { running, protocol, clock, log: silentLog, verifier, lied, passOn, decidesAlone }
        const sync = createSync({ ...parts, random: Math.random })
        open = { running, sync }
        return sync
      },
      verifier,
      offence,
      dial: (other) => libp2p.dial(peerIdFromString(other)),
      connectedPeers: () => libp2p.getPeers().map((other) => PeerId.parse(other.toString())),
      hints: () => [],
      active: () => ({ genesis: this.genesis, label: 'the town' }),
    })
    await serveLedger({
      protocol,
      clock,
      log: silentLog,
      runningOf: (network) => (open?.running.network === network ? open.running : null),
      heard: (_network, other, head) => open?.sync.heard(other, head),
    })
    const events: LedgerEvent[] = []
    ledger.subscribe((event) => events.push(event))
    libp2p.addEventListener('peer:connect', ({ detail }) => ledger.connected(PeerId.parse(detail.toString())))
    libp2p.addEventListener('peer:disconnect', ({ detail }) => ledger.disconnected(PeerId.parse(detail.toString())))
    await ledger.start()
    const stop = async (): Promise<void> => {
      await ledger.stop()
      agreement.close()
    }
    const running = (): Running => {
      if (open === null) throw new Error(`${name} follows nothing`)
      return open.running
    }
    const citizen = { name, database, events, node, ledger, running, stop }
    this.#citizens.set(name, citizen)
    return citizen
  }

  /** As by kill -9: nothing more goes out or in. The database stays. */
  async crash(name: string): Promise<void> {
    const citizen = this.get(name)
    this.#citizens.delete(name)
    await this.net.drop(citizen.node)
    await citizen.stop()
  }

  /** So many slots from where the hand rests, to where it rests before the next. */
  async slots(count: number): Promise<void> {
    await this.before(this.nextSlot + count)
  }

  async before(slot: number): Promise<void> {
    await this.to(slot, -BEFORE_SLOT * this.genesis.roundMs)
  }

  /** The slot that begins next. */
  get nextSlot(): number {
    return Math.ceil((this.net.time.nowMs() - this.genesis.startMs) / this.genesis.slotMs)
  }

  leaderOf(slot: number): string {
    return leaderOf(this.genesis, slot).label
  }

  /** What is signed about in a slot that follows what this one has. */
  place(slot: number, as: string): Place {
    const { network, chain } = this.get(as).running()
    return { network, roster: chain.state.roster, slot, parent: chain.head }
  }

  /** A block that stands, of these entries, whoever is to say that it is theirs. */
  block(slot: number, as: string, entries: readonly Entry[] = []): Block {
    const { network, chain } = this.get(as).running()
    const place = { network, height: chain.head.height + 1, slot, timestampMs: slotStartMs(this.genesis, slot) }
    const applied = applyEntries(place, entries, chain.state, chain.context)
    if (applied.outcome === 'refused') throw new Error(applied.why)
    const header = sealHeader({
      ...place,
      parent: chain.head.id,
      leader: leaderOf(chain.state.roster, slot).key,
      entriesRoot: listRoot(entries.map(({ bytes }) => bytes)),
      stateRoot: applied.state.root,
    })
    return { header, entries }
  }

  /** To a moment of a slot, counted from its start. */
  async to(slot: number, offsetMs: number): Promise<void> {
    await this.net.pass(slotStartMs(this.genesis, slot) + offsetMs - this.net.time.nowMs())
  }

  nodesOf(...names: readonly string[]): NetNode[] {
    return names.map((name) => this.get(name).node)
  }

  /** An entry of somebody, numbered in the order of their writing. */
  write(who: string, op: Op): Entry {
    const { key, account } = person(who)
    const nonce = (this.#nonces.get(who) ?? 0) + 1
    this.#nonces.set(who, nonce)
    const untilMs = this.net.time.nowMs() + HOUR
    const body = encodeBody({ network: networkOf(this.genesis), account, nonce, untilMs, op })
    return decodeEntry(signEntry(body, NO_WORK, key))
  }

  /** Given to one device, which tells the others. */
  async submit(to: string, who: string, op: Op): Promise<string> {
    const entry = this.write(who, op)
    const { ledger } = this.get(to)
    const submitting = ledger.submit({ entry: entry.bytes })
    await this.net.pass(COMMIT_MS)
    const submitted = await submitting
    if (submitted.outcome === 'refused') throw new Error(`${who}: ${submitted.why}`)
    return submitted.entry.id
  }

  claimOf(who: string, name: string): Op {
    return { kind: 'claim', commitment: commitmentOf(networkOf(this.genesis), person(who).account, name, SALT) }
  }

  async claim(to: string, who: string, name: string): Promise<string> {
    return this.submit(to, who, this.claimOf(who, name))
  }

  async register(to: string, who: string, name: string): Promise<string> {
    return this.submit(to, who, { kind: 'register', name, salt: SALT })
  }

  /** The chain of one, from its first block. */
  chainOf(name: string): BlockLine[] {
    return this.get(name).ledger.blocks(undefined, 500).toReversed()
  }

  /** The head of each, of whom there are as many as there are chains. */
  heads(): string[] {
    return [...new Set(this.all.map(({ ledger }) => ledger.head().head?.id ?? 'nothing'))]
  }

  eventsOf<Kind extends LedgerEvent['event']>(name: string, kind: Kind): (LedgerEvent & { event: Kind })[] {
    return this.get(name).events.filter((event): event is LedgerEvent & { event: Kind } => event.event === kind)
  }

  async close(): Promise<void> {
    for (const { stop } of this.all) await stop()
    await this.net.close()
  }
}
