import { randomBytes } from 'node:crypto'
import type { PrivateKey } from '@libp2p/interface'
import { decode } from '@ipld/dag-cbor'
import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createDoor, type Audience, type DoorFeature, type DoorParts } from '../../../src/main/features/door/index.ts'
import type { Cancel, Clock } from '../../../src/main/platform/clock.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import {
  RefusedError,
  type FrameStream,
  type Guard,
  type PeerStreams,
  type ProtocolTerms,
  type RemotePeer,
} from '../../../src/main/platform/streams.ts'
import { KNOCK_PROTOCOL } from '../../../src/main/protocols/knock/index.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { Route } from '../../../src/shared/model/peers.ts'
import { defaultSettings, type Settings } from '../../../src/shared/model/settings.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { streamPair } from '../knock/wire.ts'

let made = 0

/** The clock of one run of a program: what waits for it is gone when the program is. */
class ProcessClock implements Clock {
  readonly #clock: Clock
  readonly #waiting = new Set<Cancel>()
  isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs()
  }

  after(delayMs: number, run: () => void): Cancel {
    const cancel = this.#clock.after(delayMs, () => {
      this.#waiting.delete(cancel)
      run()
    })
    this.#waiting.add(cancel)
    return () => {
      this.#waiting.delete(cancel)
      cancel()
    }
  }

  stop(): void {
    this.isOver = true
    for (const cancel of this.#waiting) cancel()
    this.#waiting.clear()
  }
}

/** Houses with a door each, joined by streams in this process, all on one clock whose hands the test moves. */
export class Street {
  readonly clock = new FakeClock()
  readonly strangers = new Map<PeerId, AccountId>()
  readonly #houses = new Map<PeerId, House>()
  readonly #connections = new Map<string, string>()
  readonly #random: ((bytes: number) => Uint8Array) | undefined
  /** Devices that an account's list names, and that are not its own. */
  readonly claims = new Map<AccountId, readonly PeerId[]>()
  /** Who owns which name. */
  readonly owners = new Map<string, AccountId>()

  /** Without `random`, nothing here happens twice in the same way. */
  constructor(random?: (bytes: number) => Uint8Array) {
    this.#random = random
  }

  random(bytes: number): Uint8Array {
    return this.#random?.(bytes) ?? new Uint8Array(randomBytes(bytes))
  }

  async house(name: string): Promise<House> {
    const seed = this.#random?.(32)
    const key = await (seed === undefined ? generateKeyPair('Ed25519') : generateKeyPairFromSeed('Ed25519', seed))
    const house = new House(this, name, key)
    this.#houses.set(house.peerId, house)
    await house.open()
    return house
  }

  /** The connection of two houses, made if there is none. */
  connect(from: House, to: PeerId): House {
    const other = this.#houses.get(to)
    if (other === undefined || !other.isOpen || !other.door.admitsConnection(from.peerId)) {
      throw new LatchError('UNREACHABLE')
    }
    const key = [from.peerId, to].toSorted().join()
    if (!this.#connections.has(key)) {
      this.#connections.set(key, `connection ${made++}`)
      from.door.connected(this.seen(other, from))
      other.door.connected(this.seen(from, other))
    }
    return other
  }

  disconnect(a: House, b: House): void {
    const key = [a.peerId, b.peerId].toSorted().join()
    if (!this.#connections.has(key)) return
    const [byB, byA] = [this.seen(a, b), this.seen(b, a)]
    this.#connections.delete(key)
    a.door.disconnected(byA)
    b.door.disconnected(byB)
  }

  disconnectAll(house: House): void {
    for (const other of this.#houses.values()) this.disconnect(house, other)
  }

  /** Its connections end, and it is not there to notice. */
  cut(house: House): void {
    for (const other of this.#houses.values()) {
      const key = [house.peerId, other.peerId].toSorted().join()
      if (!this.#connections.has(key)) continue
      const seenByOther = this.seen(house, other)
      this.#connections.delete(key)
      other.door.disconnected(seenByOther)
    }
  }

  closeConnections(house: House, peerId: PeerId): void {
    const other = this.#houses.get(peerId)
    if (other !== undefined) this.disconnect(house, other)
  }

  byAccount(account: AccountId): House | undefined {
    return [...this.#houses.values()].find((house) => house.account === account)
  }

  byPeer(peerId: PeerId): House | undefined {
    return this.#houses.get(peerId)
  }

  /** Strangers with an account each and no house: `each` gets the means to send one request and read its status. */
  async crowd(
    at: House,
    size: number,
    each: (send: (request: unknown) => Promise<unknown>, n: number) => Promise<unknown>,
  ): Promise<number> {
    for (let n = 0; n < size; n++) {
      const peerId = PeerId.parse(
        `12D3KooW${Array.from(n.toString().padStart(44, '0'), (digit) => 'ABCDEFGHJK'[Number(digit)]).join('')}`,
      )
      this.strangers.set(peerId, AccountId.parse(`k51x${n.toString(36).padStart(58, '0')}`))
      const seen: RemotePeer = {
        peerId,
        connection: `crowd ${n}`,
        route: 'direct',
        transport: 'tcp',
        address: `/ip4/${1 + (n % 90)}.${Math.floor(n / 90) % 250}.1.1/tcp/1`,
        direction: 'inbound',
        circuit: null,
      }
      await each((request) => at.ask(seen, request), n)
      this.strangers.delete(peerId)
    }
    return size
  }

  /** How `by` sees `other`. */
  seen(other: House, by: House): RemotePeer {
    const connection = this.#connections.get([other.peerId, by.peerId].toSorted().join()) ?? ''
    const { peerId, route } = other
    return {
      peerId,
      connection,
      route,
      transport: 'memory',
      address: `/memory/${peerId}`,
      direction: 'inbound',
      circuit: null,
    }
  }
}

export class House {
  readonly street: Street
  readonly name: string
  readonly key: PrivateKey
  readonly peerId: PeerId
  account: AccountId
  /** Whether hello says who this is. */
  isProven = true
  /** What a hello of somebody unknown takes here. */
  hello: Promise<void> = Promise.resolve()
  readonly contacts = new Set<AccountId>()
  /** Who is in which groups of this house. */
  readonly groups = new Map<AccountId, readonly string[]>()
  /** Whom the sites of this house are for. */
  readonly sites = new Map<string, Audience>()
  settings: Pick<Settings, 'doNotDisturb' | 'tellKnockers'> = defaultSettings
  /** How others see its connections run. */
  route: Route = 'local'
  readonly database: Database = openMemoryDatabase()
  #clock: ProcessClock
  readonly #served = new Map<string, { guard: Guard; handler: (stream: FrameStream) => Promise<void> }>()
  door: DoorFeature
  isOpen = false
  /** How often a device list was read: from the disk, in a real house. */
  listsRead = 0

  constructor(street: Street, name: string, key: PrivateKey) {
    this.street = street
    this.name = name
    this.key = key
    this.peerId = PeerId.parse(peerIdFromPrivateKey(key).toString())
    this.account = AccountId.parse(`k51${(made++).toString(36).padStart(59, '0')}`)
    this.#clock = new ProcessClock(street.clock)
    this.door = this.#build()
  }

  async open(): Promise<void> {
    await this.door.start()
    this.isOpen = true
  }

  async close(): Promise<void> {
    this.isOpen = false
    this.street.disconnectAll(this)
    await this.door.stop()
    this.#served.clear()
  }

  /** Stopped and started again over the same database. `meanwhile` is what happens while it does not run. */
  async restart(meanwhile?: () => Promise<void>): Promise<void> {
    await this.close()
    await meanwhile?.()
    this.door = this.#build()
    await this.open()
  }

  /** It ends where it stands, without a word to anybody, and is started again over what it has written. */
  async crash(meanwhile?: () => Promise<void>): Promise<void> {
    this.isOpen = false
    this.#clock.stop()
    this.#served.clear()
    this.street.cut(this)
    await meanwhile?.()
    this.door = this.#build()
    await this.open()
  }

  /** What the guard of `contact` says to a peer now. */
  async admits(other: House): Promise<string> {
    this.street.connect(other, this.peerId)
    const admission = await this.door.guard('contact')(this.street.seen(other, this), new AbortController().signal)
    return admission.verdict === 'allow' ? 'allow' : admission.code
  }

  /** A stream of `protocol` to another house, past its guard. */
  async openStream(peerId: PeerId, protocol: string): Promise<FrameStream> {
    const other = this.street.connect(this, peerId)
    const served = other.#served.get(protocol)
    if (served === undefined) throw new LatchError('UNREACHABLE')
    const { a, b } = streamPair(protocol, this.street.seen(other, this), this.street.seen(this, other))
    const admission = await served.guard(b.peer, new AbortController().signal)
    if (admission.verdict === 'refuse') b.abort(new RefusedError(admission.code))
    else served.handler(b).catch((error: unknown) => b.abort(error instanceof Error ? error : new Error('failed')))
    return a
  }

  /** One request of a peer that has no house, and the status it gets. */
  async ask(from: RemotePeer, request: unknown): Promise<unknown> {
    const served = this.#served.get(KNOCK_PROTOCOL)
    if (served === undefined) throw new LatchError('UNREACHABLE')
    const admission = await served.guard(from, new AbortController().signal)
    if (admission.verdict === 'refuse') return { status: admission.code }
    const { a, b } = streamPair(KNOCK_PROTOCOL, from, from)
    await a.write(encode(request))
    await served.handler(b)
    const reply = await a.read()
    return reply === null ? { status: 'none' } : decode(reply)
  }

  #build(): DoorFeature {
    const life = new ProcessClock(this.street.clock)
    this.#clock = life
    const streams: PeerStreams = {
      serve: async ({ protocol }: ProtocolTerms, handler) => {
        this.#served.set(protocol, { guard: this.door.openToStrangers('it is the door'), handler })
      },
      open: async (peerId, { protocol }) => {
        if (life.isOver) throw new LatchError('UNREACHABLE')
        return this.openStream(peerId, protocol)
      },
    }
    const proofOf = (peerId: PeerId): { account: AccountId; claimedName: string } | null => {
      const house = this.street.byPeer(peerId)
      const stranger = this.street.strangers.get(peerId)
      if (stranger !== undefined) return { account: stranger, claimedName: 'a stranger' }
      return house?.isProven === true ? { account: house.account, claimedName: house.name } : null
    }
    const names: NonNullable<DoorParts['names']> = {
      of: (account) => [...this.street.owners].flatMap(([name, by]) => (by === account ? [{ name, sinceMs: 0 }] : [])),
      ownerOf: (name) => this.street.owners.get(name) ?? null,
    }
    return createDoor({
      names,
      groupsOf: (account) => this.groups.get(account) ?? [],
      // From before, whether they prove it now or not.
      accountOf: (peerId) => this.street.byPeer(peerId)?.account ?? null,
      settings: () => this.settings,
      siteDefault: (site) => (site === null ? null : (this.sites.get(site) ?? null)),
      streams,
      database: this.database,
      clock: life,
      log: silentLog,
      random: (bytes) => this.street.random(bytes),
      deviceKey: this.key,
      proofs: {
        of: proofOf,
        prove: async (peerId) => {
          await this.hello
          return proofOf(peerId)
        },
        devicesOf: (account) => {
          this.listsRead += 1
          const house = this.street.byAccount(account)
          return [...(house === undefined ? [] : [house.peerId]), ...(this.street.claims.get(account) ?? [])]
        },
      },
      isContact: (account) => this.contacts.has(account),
      connect: async (to) => {
        const peerId = 'peerId' in to ? to.peerId : this.street.byAccount(to.account)?.peerId
        if (peerId === undefined) throw new LatchError('UNREACHABLE')
        return this.street.connect(this, peerId).peerId
      },
      closeConnections: (peerId) => this.street.closeConnections(this, peerId),
    })
  }
}
