import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createReach, type ReachFeature, type ReachParts } from '../../../src/main/features/reach/index.ts'
import type { HeldReservation, ReachNetwork, ReachNetworkEvent } from '../../../src/main/features/reach/types.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Circuit, RemotePeer } from '../../../src/main/platform/streams.ts'
import {
  IntroductionRefusedError,
  openRegistration,
  type Description,
  type Notice,
  type RefusedCode,
  type Registration,
} from '../../../src/main/protocols/introduction/index.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { Nat, RelayLimit, Upnp } from '../../../src/shared/model/reach.ts'
import { HOUR, MiB, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { remote } from '../peers/fake-network.ts'
import { linkOf, signedRecord, someSigner, type Signer } from './signed.ts'

const account = AccountId.parse(`k51${'q'.repeat(59)}`)

/** Rejects when the signal aborts, and never resolves. */
function silence(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** An introducer that does what the test says. */
export class FakeIntroducer {
  readonly signer: Signer
  readonly address: string
  /** `mute`: takes connections and answers nothing. */
  state: 'up' | 'down' | 'mute' = 'up'
  rttMs = 10
  observed = '/ip4/5.5.5.101/tcp/50000'
  others: Uint8Array[] = []
  offer: RelayLimit | null = { durationMs: 30 * MINUTE, dataBytes: 64 * MiB }
  /** Refuses places, or registrations, with this. */
  refusesPlace: Error | null = null
  refuses: RefusedCode | null = null
  lasts = HOUR
  placeLastsMs = 2 * HOUR
  skewMs = 0
  isDraining = false
  /** What it says of itself, if not its own record. */
  record: Uint8Array | null = null
  reachable: number[] = []
  probed = (ports: readonly number[]) => ports.map((port) => ({ port, reached: this.reachable.includes(port) }))
  answers: (wanted: readonly PeerId[]) => Promise<Uint8Array[]> = async () => []
  readonly registrations: Registration[] = []
  readonly told: string[] = []
  readonly attending = new Set<{ notify: (notice: Notice) => void; end: () => void }>()

  constructor(signer: Signer, address: string) {
    this.signer = signer
    this.address = address
  }

  get peerId(): PeerId {
    return this.signer.peerId
  }

  drain(withinMs: number): void {
    this.isDraining = true
    for (const { notify } of this.attending) notify({ kind: 'draining', withinMs })
  }
}

/** libp2p as reach sees it; who answers is for the test to say. */
export class FakeReachNetwork implements ReachNetwork {
  readonly confirmed: string[] = []
  readonly closed: string[] = []
  readonly retired: string[] = []
  readonly dials: { peerId: PeerId; address: string; atMs: number }[] = []
  addresses: string[] = ['/ip4/192.168.1.7/tcp/4001']
  ports = [4001]
  mapped: Upnp = { state: 'none', address: null }
  known = new Map<PeerId, string[]>()
  left = new Map<string, number>()
  /** Who answers a dial; whatever it throws is the failure. */
  answer: (peerId: PeerId, address: string, signal: AbortSignal) => Promise<RemotePeer> = async () => {
    throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  }
  weeded = 0
  dead = new Set<string>()
  readonly #world: World
  readonly #feed = new Feed<ReachNetworkEvent>((error) => {
    throw error
  })
  #open: RemotePeer[] = []
  #held = new Set<PeerId>()

  constructor(world: World) {
    this.#world = world
  }

  connections(): RemotePeer[] {
    return [...this.#open]
  }

  subscribe(listener: (event: ReachNetworkEvent) => void): () => void {
    return this.#feed.subscribe(listener)
  }

  tell(event: ReachNetworkEvent): void {
    this.#feed.publish(event)
  }

  connect(peer: RemotePeer): RemotePeer {
    this.#open.push(peer)
    this.tell({ event: 'connected', peer })
    return peer
  }

  /** All connections of a peer drop, or the one that is named. */
  drop(peerId: PeerId, connection?: string): void {
    const gone = this.#open.filter((one) => one.peerId === peerId && (connection ?? one.connection) === one.connection)
    this.#open = this.#open.filter((one) => !gone.includes(one))
    const isGone = !this.#open.some((one) => one.peerId === peerId)
    if (isGone && this.#held.delete(peerId)) this.tell({ event: 'reservation-lost', introducer: peerId })
    for (const peer of gone) this.tell({ event: 'disconnected', peer })
  }

  losePlace(introducer: PeerId): void {
    this.#held.delete(introducer)
    this.tell({ event: 'reservation-lost', introducer })
  }

  async ping(peerId: PeerId): Promise<number> {
    if (!this.#open.some((one) => one.peerId === peerId)) throw new Error('not connected')
    return this.#world.introducers.get(peerId)?.rttMs ?? 5
  }

  circuit(connection: string): Circuit | null {
    const circuit = this.#open.find((one) => one.connection === connection)?.circuit ?? null
    return circuit === null ? null : { ...circuit, leftBytes: this.left.get(connection) ?? circuit.leftBytes }
  }

  async reserve(introducer: PeerId, signal: AbortSignal): Promise<HeldReservation> {
    const one = this.#world.introducer(introducer)
    one.told.push('reserve')
    if (one.state === 'mute') return silence(signal)
    if (one.refusesPlace !== null) throw one.refusesPlace
    if (one.offer === null) throw new Error('no places here')
    this.#held.add(introducer)
    this.tell({ event: 'reserved', introducer })
    return { untilMs: this.#world.clock.nowMs() + one.placeLastsMs, limit: one.offer }
  }

  reserved(): PeerId[] {
    return [...this.#held]
  }

  async dialOnly(peerId: PeerId, address: string, signal: AbortSignal): Promise<RemotePeer> {
    this.dials.push({ peerId, address, atMs: this.#world.clock.monotonicMs() })
    return this.connect(await Promise.race([this.answer(peerId, address, signal), silence(signal)]))
  }

  async close(connection: string): Promise<void> {
    this.closed.push(connection)
    const peer = this.#open.find((one) => one.connection === connection)
    if (peer !== undefined) this.drop(peer.peerId, connection)
  }

  retire(connection: string): void {
    this.retired.push(connection)
  }

  async weed(): Promise<number> {
    this.weeded += 1
    const dead = this.#open.filter(({ connection }) => this.dead.has(connection))
    for (const { peerId, connection } of dead) this.drop(peerId, connection)
    return dead.length
  }

  async addressesOf(peerId: PeerId): Promise<string[]> {
    return this.known.get(peerId) ?? []
  }

  listening(): string[] {
    return this.addresses
  }

  tcpPorts(): number[] {
    return this.ports
  }

  confirm(address: string): void {
    this.confirmed.push(address)
  }

  upnp(): Upnp {
    return this.mapped
  }
}

/** One device, the introducers around it, and a clock that the test moves. */
export class World {
  readonly clock = new FakeClock()
  readonly network = new FakeReachNetwork(this)
  readonly introducers = new Map<PeerId, FakeIntroducer>()
  readonly wanted = new Set<PeerId>()
  readonly kept = new Set<PeerId>()
  readonly natAsked: (readonly string[])[] = []
  readonly connects: { peerId: PeerId; atMs: number }[] = []
  readonly database: Database = openMemoryDatabase()
  networks = ['192.168.1.7/24']
  nat: Nat = { kind: 'port-restricted', seenAs: '5.5.5.101:40000', why: 'Two saw the same.', checkedMs: 1 }
  random: () => number = () => 0.5
  configured: string[] = []
  #made = 0

  introducer(over?: Partial<FakeIntroducer>): Promise<FakeIntroducer>
  introducer(peerId: PeerId): FakeIntroducer
  introducer(of: PeerId | Partial<FakeIntroducer> = {}): FakeIntroducer | Promise<FakeIntroducer> {
    if (typeof of !== 'string') return this.#make(of)
    const one = this.introducers.get(of)
    if (one === undefined) throw new Error('no such introducer in this world')
    return one
  }

  async link({ signer, address }: FakeIntroducer): Promise<string> {
    return linkOf(signer, this.clock.nowMs(), { addresses: [address], stun: [`${address.split('/')[2]}:3478`] })
  }

  async reach(over: Partial<ReachParts> = {}): Promise<ReachFeature> {
    const key = await generateKeyPair('Ed25519')
    return createReach({
      network: this.network,
      protocol: this.#protocol(),
      probeNat: async (servers) => {
        this.natAsked.push(servers)
        return this.nat
      },
      database: this.database,
      clock: this.clock,
      log: silentLog,
      random: () => this.random(),
      me: { peerId: PeerId.parse(peerIdFromPrivateKey(key).toString()), account, deviceKey: key },
      version: '1.2.3',
      introducers: this.configured,
      connect: (peerId, _addresses, signal) => this.#connect(peerId, signal),
      keep: (peerId) => this.kept.add(peerId),
      release: (peerId) => this.kept.delete(peerId),
      isWanted: (peerId) => this.wanted.has(peerId),
      networks: () => this.networks,
      ...over,
    })
  }

  /** What was begun goes on as far as it can without time passing. */
  async turns(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await this.clock.advance(0)
  }

  /** It dies, and with it every connection. */
  kill(introducer: FakeIntroducer): void {
    introducer.state = 'down'
    for (const { end } of introducer.attending) end()
    introducer.attending.clear()
    this.network.drop(introducer.peerId)
  }

  /** A circuit to a peer through an introducer. */
  circuit(
    peerId: PeerId,
    through: FakeIntroducer,
    over: Partial<RemotePeer> & { limits?: Partial<Circuit> } = {},
  ): RemotePeer {
    const { limits, ...others } = over
    const limit = { dataBytes: 64 * MiB, leftBytes: 64 * MiB, durationMs: null, untilMs: null, ...limits }
    return remote(peerId, {
      route: 'relayed',
      transport: 'relay',
      address: `${through.address}/p2p/${through.peerId}/p2p-circuit/p2p/${peerId}`,
      circuit: { through: through.peerId, ...limit },
      ...others,
    })
  }

  async #make(over: Partial<FakeIntroducer>): Promise<FakeIntroducer> {
    const one = new FakeIntroducer(await someSigner(), `/ip4/5.5.5.${(this.#made += 1)}/tcp/4001`)
    Object.assign(one, over)
    this.introducers.set(one.peerId, one)
    return one
  }

  async #connect(peerId: PeerId, signal: AbortSignal): Promise<RemotePeer> {
    this.connects.push({ peerId, atMs: this.clock.monotonicMs() })
    const one = this.introducer(peerId)
    if (one.state === 'down') throw new LatchError('UNREACHABLE', 'No answer at that address.')
    signal.throwIfAborted()
    return this.network.connect(remote(peerId, { route: 'direct', address: `${one.address}/p2p/${peerId}` }))
  }

  #protocol(): ReachParts['protocol'] {
    const ask = async (peerId: PeerId, what: string, signal?: AbortSignal): Promise<FakeIntroducer> => {
      const one = this.introducer(peerId)
      one.told.push(what)
      if (one.state === 'mute') return silence(signal)
      if (one.state === 'down') throw new LatchError('UNREACHABLE')
      return one
    }
    return {
      describe: async (peerId, signal): Promise<Description> => {
        const one = await ask(peerId, 'describe', signal)
        const nowMs = this.clock.nowMs() + one.skewMs
        const stun = [`${one.address.split('/')[2]}:3478`]
        return {
          record: one.record ?? (await signedRecord(one.signer, nowMs, { addresses: [one.address], stun })),
          others: one.others,
          nowMs,
          observed: one.observed,
          relay: one.offer,
          draining: one.isDraining,
        }
      },
      register: async (peerId, envelope, signal) => {
        const one = await ask(peerId, 'register', signal)
        if (one.refuses !== null) throw new IntroductionRefusedError(one.refuses)
        const registration = await openRegistration(envelope)
        const last = one.registrations.at(-1)
        if (last !== undefined && registration.issuedMs <= last.issuedMs) throw new IntroductionRefusedError('replayed')
        one.registrations.push(registration)
        return { expiresMs: Math.min(registration.expiresMs, this.clock.nowMs() + one.skewMs + one.lasts) }
      },
      unregister: async (peerId, signal) => void (await ask(peerId, 'unregister', signal)),
      discover: async () => ({ registrations: [], more: null }),
      locate: async (peerId, peerIds, signal) => {
        const one = await ask(peerId, 'locate', signal)
        return { registrations: await one.answers(peerIds), more: null }
      },
      probe: async (peerId, ports, signal) => {
        const one = await ask(peerId, 'probe', signal)
        return one.probed(ports)
      },
      attend: async (peerId, notify, signal) => {
        const one = await ask(peerId, 'attend', signal)
        const ended = Promise.withResolvers<void>()
        const entry = { notify, end: ended.resolve }
        one.attending.add(entry)
        signal.addEventListener('abort', () => ended.resolve())
        await ended.promise
        one.attending.delete(entry)
      },
    }
  }
}
