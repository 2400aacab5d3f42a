import { setMaxListeners } from 'node:events'
import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import { isPrivate } from '@libp2p/utils'
import type { PeerId } from '../../shared/ids.ts'
import { MINUTE, SECOND } from '../../shared/units.ts'
import { nearest, placeOfPeer } from '../features/names/index.ts'
import { deadline, type Cancel, type Clock } from '../platform/clock.ts'
import { describeConnection } from '../platform/describe-connection.ts'
import type { RecordKeeper, RecordKind } from '../platform/dht.ts'
import type { Log } from '../platform/log.ts'
import type { Offence } from '../platform/streams.ts'
import type { Components } from './annex.ts'
import { replacing } from './bounded.ts'
import { Asking } from './dht-asking.ts'
import { deepenNearSelf, facesOf, K, KAD_OPTIONS, KAD_PROTOCOL, type DhtLibrary, type Kad, type KadMessage } from './dht-library.ts'
import { modeOf, SteadyMode } from './dht-mode.ts'
import { worthKeeping, type KeptTable } from './dht-persist.ts'
import { KINDS, placeOfKey, readKey, recordsIn } from './dht-records.ts'
import { Served } from './dht-served.ts'
import { walk, type Answer, type Closer, type WalkEvent } from './dht-walk.ts'
import { asText, Ways } from './dht-ways.ts'

/** A whole walk: who asks waits no longer, whatever the others do. */
const WALK_MS = 10 * SECOND
/** Handing one record to one device, a dial included. */
const PUT_MS = 5 * SECOND
/** Records on their way at once, of one put. */
const PUTS_AT_ONCE = 8
/** Connections come in flocks: looked at once for all. */
const LOOK_MS = 200
/** Somebody came into a table that has room: so soon it is looked for others near oneself, and no more often than that. */
const AROUND_MS = 250
const AROUND_EVERY_MS = 10 * SECOND
/** The table is written down so often, and at the end. */
const SAVE_MS = 10 * MINUTE
/** Failed or late so often in a row, where others answered: it leaves the table, and comes back when it is heard of. */
const MAX_FAILURES = 2

export interface JoinedParts {
  readonly clock: Clock
  readonly log: Log
  readonly me: PeerId
  readonly offence: Offence
  readonly networks: () => readonly string[]
  readonly library: DhtLibrary
  readonly components: Components
  readonly table: KeptTable
  readonly keeper: (kind: RecordKind) => RecordKeeper | null
  readonly changed: () => void
}

/** The DHT while it is joined: the library between what guards it, and what is asked of others. */
export class DhtJoined {
  readonly kad: KadDHT
  readonly #parts: JoinedParts
  readonly #faces: Kad
  readonly #ways: Ways
  readonly #asking: Asking
  readonly #steady: SteadyMode
  readonly #stop = new AbortController()
  readonly #failures = new Map<PeerId, number>()
  readonly #unlisten: (() => void)[] = []
  #cancelLook: Cancel | null = null
  #cancelSave: Cancel = () => {}
  #cancelAround: Cancel | null = null
  #aroundMs = -Infinity
  /** Of the library's table, read anew when that changed. */
  #known: readonly PeerId[] | null = null

  constructor(parts: JoinedParts) {
    const { clock, components, keeper, library, me, offence } = parts
    this.#parts = parts
    setMaxListeners(Infinity, this.#stop.signal)
    this.#ways = new Ways(parts)
    const served = new Served({ clock, ways: this.#ways, me, offence, keeper, table: () => this.known() })
    const validators = Object.fromEntries(KINDS.map((kind) => [kind, (key: Uint8Array, value: Uint8Array) => check(kind, key, value, keeper)]))
    const make = library.kadDHT({
      ...KAD_OPTIONS,
      protocol: KAD_PROTOCOL,
      peerInfoMapper: served.mapper,
      validators: { ...validators, pk: refuseValue },
      // Not used: what is found is judged by whoever looks for it.
      selectors: Object.fromEntries(KINDS.map((kind) => [kind, (key: Uint8Array, values: Uint8Array[]) => keeper(kind)?.select(readKey(key)?.id ?? '', values) ?? 0])),
    })
    const records = recordsIn({ library, keeper, from: () => served.from(), changed: parts.changed })
    const ping = replacing(components.ping, { ping: (peerId) => this.#asking.verify(peerId as Libp2pPeerId, this.#stop.signal) })
    this.kad = make({
      ...pick(components),
      registrar: served.registrar(components.registrar),
      connectionManager: this.#ways.connectionManager,
      datastore: replacing(components.datastore, records),
      ping,
    })
    this.#faces = facesOf(this.kad)
    deepenNearSelf(this.#faces.routingTable.kb)
    served.guard(this.#faces)
    this.#asking = new Asking({ ...parts, faces: this.#faces, ways: this.#ways, known: () => this.known() })
    this.#steady = new SteadyMode(clock, (mode) => this.#applied(mode.mode))
  }

  get mode() {
    return this.#steady.mode
  }

  begin(): void {
    if (this.#stop.signal.aborted) return
    const { clock, components, table } = this.#parts
    for (const type of ['peer:add', 'peer:remove'] as const) {
      this.#faces.routingTable.addEventListener(type, () => {
        this.#known = null
        if (type === 'peer:add' && this.known().length < K) this.#lookAroundSoon()
        this.#parts.changed()
      })
    }
    const look = (): void => this.#lookSoon()
    for (const type of ['connection:open', 'connection:close', 'self:peer:update'] as const) {
      components.events.addEventListener(type, look)
      this.#unlisten.push(() => components.events.removeEventListener(type, look))
    }
    this.#decide()
    for (const { peerId, addresses } of table.all()) {
      this.#ways.heard(peerId, addresses.filter((address) => this.#ways.leads(address)))
      this.#faces.routingTable.queueRoutingTableUpdate(peerIdFromString(peerId))
    }
    const again = (): void => {
      this.#cancelSave = clock.after(SAVE_MS, () => {
        this.#save().catch((error: unknown) => this.#parts.log.warn({ error }, 'the routing table was not written down'))
        again()
      })
    }
    again()
  }

  known(): readonly PeerId[] {
    this.#known ??= Array.from(this.#faces.routingTable.kb.toIterable(), ({ peerId }) => asText(peerId))
    return this.#known
  }

  async *walk(type: 'FIND_NODE' | 'GET_VALUE', key: Uint8Array, wanted: AbortSignal): AsyncGenerator<WalkEvent, void, void> {
    const { clock, keeper, me } = this.#parts
    const read = readKey(key)
    const of = read === null ? null : keeper(read.kind)
    if (type === 'GET_VALUE' && of === null) return
    const place = placeOfKey(key)
    const start = await Promise.all(nearest(place, this.known(), placeOfPeer, K).map((peerId) => this.#closer(peerId)))
    const { signal, release } = deadline(clock, WALK_MS, 'a walk through the DHT', AbortSignal.any([wanted, this.#stop.signal]))
    const ask = async ({ peerId, addresses }: Closer, given: AbortSignal): Promise<Answer> => {
      if (!this.#ways.isConnected(peerId)) this.#ways.heard(peerId, addresses)
      const { closer, record } = await this.#asking.ask(peerId, { type, key }, given)
      const value = record === null || Buffer.compare(record.key, key) !== 0 ? null : record.value
      return { closer, record: value === null || value.byteLength > (of?.maxBytes ?? 0) ? null : value }
    }
    const isConnected = (peerId: PeerId): boolean => this.#ways.isConnected(peerId)
    let answers = 0
    const missed: PeerId[] = []
    const late = (peerId: PeerId): void => void missed.push(peerId)
    try {
      for await (const step of walk({ clock, me, place, start, isConnected, ask, late, signal })) {
        if (step.event === 'answered') {
          answers += 1
          this.#failures.delete(step.peerId)
        } else if (step.event === 'failed') missed.push(step.peerId)
        yield step
      }
    } finally {
      release()
      if (answers > 0 && !this.#stop.signal.aborted) for (const peerId of missed) this.#missed(peerId)
    }
  }

  /** Never rejects. */
  async put(key: Uint8Array, value: Uint8Array, wanted: AbortSignal): Promise<{ held: number; asked: number }> {
    const { clock, library } = this.#parts
    const answered: PeerId[] = []
    for await (const step of this.walk('FIND_NODE', key, wanted)) if (step.event === 'answered') answered.push(step.peerId)
    const holders = nearest(placeOfKey(key), answered, placeOfPeer, K)
    const record = new library.Libp2pRecord(key, value, new Date(clock.nowMs())).serialize()
    const message: KadMessage = { type: 'PUT_VALUE', key, record }
    let [held, asked] = [0, 0]
    const waiting = holders.values()
    const hand = async (): Promise<void> => {
      for (const peerId of waiting) {
        if (wanted.aborted || this.#stop.signal.aborted) return
        asked += 1
        const { signal, release } = deadline(clock, PUT_MS, 'handing over a record', AbortSignal.any([wanted, this.#stop.signal]))
        try {
          const answer = await this.#asking.ask(peerId, message, signal)
          if (answer.record !== null && Buffer.compare(answer.record.value, value) === 0) held += 1
        } catch (error) {
          this.#parts.log.debug({ error }, 'a record was not taken')
        } finally {
          release()
        }
      }
    }
    await Promise.all(Array.from({ length: PUTS_AT_ONCE }, hand))
    return { held, asked }
  }

  async stop(): Promise<void> {
    this.#cancelSave()
    this.#cancelLook?.()
    this.#cancelAround?.()
    this.#steady.stop()
    for (const unlisten of this.#unlisten) unlisten()
    // First: whoever comes into the table while it is written begins nothing any more.
    this.#stop.abort(new Error('the DHT stops'))
    await this.#save().catch((error: unknown) => this.#parts.log.warn({ error }, 'the routing table was not written down'))
  }

  async #closer(peerId: PeerId): Promise<Closer> {
    return { peerId, addresses: this.#ways.isConnected(peerId) ? [] : await this.#ways.addressesOf(peerId) }
  }

  #missed(peerId: PeerId): void {
    const failures = (this.#failures.get(peerId) ?? 0) + 1
    for (const one of this.#failures.keys()) if (one === peerId || !this.known().includes(one)) this.#failures.delete(one)
    if (!this.known().includes(peerId)) return
    if (failures < MAX_FAILURES) this.#failures.set(peerId, failures)
    else this.#faces.routingTable.remove(peerIdFromString(peerId)).catch(() => {})
  }

  #lookSoon(): void {
    this.#cancelLook ??= this.#parts.clock.after(LOOK_MS, () => {
      this.#cancelLook = null
      this.#decide()
    })
  }

  /** The library does so once, a second after it started, when most devices know nobody yet, and then every five minutes. */
  #lookAroundSoon(): void {
    const { clock, components } = this.#parts
    if (this.#cancelAround !== null || this.#stop.signal.aborted) return
    const afterMs = Math.max(AROUND_MS, this.#aroundMs + AROUND_EVERY_MS - clock.monotonicMs())
    this.#cancelAround = clock.after(afterMs, () => {
      this.#cancelAround = null
      this.#aroundMs = clock.monotonicMs()
      this.#follow(components.peerId.toMultihash().bytes).catch((error: unknown) => {
        this.#parts.log.warn({ error }, 'nobody was looked for')
      })
    })
  }

  /** Whoever is named on the way is offered to the table. */
  async #follow(key: Uint8Array): Promise<void> {
    for await (const step of this.walk('FIND_NODE', key, this.#stop.signal)) void step
  }

  #decide(): void {
    const { addressManager, connectionManager } = this.#parts.components
    const confirmed = addressManager.getAddressesWithMetadata().filter((one) => one.verified && !isPrivate(one.multiaddr))
    this.#steady.decided(
      modeOf({
        announced: addressManager.getAddresses().map(String),
        confirmed: confirmed.map((one) => one.multiaddr.toString()),
        connections: connectionManager.getConnections().map((connection) => describeConnection(connection)),
      }),
    )
  }

  #applied(mode: 'server' | 'client'): void {
    this.kad
      .setMode(mode)
      .then(() => this.#parts.log.info({ mode }, 'the mode of the DHT'))
      .catch((error: unknown) => this.#parts.log.warn({ mode, error }, 'the mode of the DHT could not be changed'))
    this.#parts.changed()
  }

  async #save(): Promise<void> {
    const peers = worthKeeping(placeOfPeer(this.#parts.me), this.known()).map(async (peerId) => ({ peerId, addresses: await this.#ways.addressesOf(peerId) }))
    this.#parts.table.save(await Promise.all(peers), this.#parts.clock.nowMs())
  }
}

function refuseValue(): never {
  throw new Error('this network stores no such values')
}

/** Before the keeper sees it: what it is and how large. Errors: Error, which resets the sender's stream. */
function check(kind: RecordKind, key: Uint8Array, value: Uint8Array, keeper: (kind: RecordKind) => RecordKeeper | null): void {
  const of = keeper(kind)
  if (readKey(key)?.kind !== kind || of === null) throw new Error('this device keeps no such records')
  if (value.byteLength > of.maxBytes) throw new Error(`a record of ${value.byteLength} bytes; at most ${of.maxBytes} are taken`)
}

/** What the library is handed; libp2p's components are a proxy, which cannot be spread. */
function pick(components: Components) {
  const { peerId, privateKey, addressManager, peerStore, events, logger } = components
  return { peerId, privateKey, addressManager, peerStore, events, logger }
}
