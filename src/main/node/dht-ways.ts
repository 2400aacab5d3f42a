import type { Connection, PeerId as Libp2pPeerId, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../shared/ids.ts'
import { KiB, SECOND } from '../../shared/units.ts'
import { delay, type Clock } from '../platform/clock.ts'
import { describeConnection } from '../platform/describe-connection.ts'
import type { Components } from './annex.ts'
import { replacing } from './bounded.ts'
import { leading, leads, MAX_ADDRESSES_OF_ONE, passable, type Other } from './dht-addresses.ts'
import { Rate } from './rate.ts'

/** Dials of the DHT at once, of all walks and of its own upkeep: each is some 6 ms of this thread. */
const MAX_DIALS = 8
/** A dial that waits for its turn longer than this came to nothing. */
const DIAL_MS = 6 * SECOND
/** Devices whose addresses were heard of, and that are not in libp2p's own store: those heard of longest ago go. */
const MAX_HEARD = 1_000

/** What libp2p's store says of a device is read so often: it lies on the disk. */
const LOOKED_MS = 5 * SECOND

/** What one question may be long: a record of the largest kind, its key twice, protobuf. */
export const MAX_QUESTION_BYTES = 16 * KiB
/** And one answer: a record, and 20 devices with 8 addresses of 100 bytes. */
export const MAX_ANSWER_BYTES = 64 * KiB

/** Below what the others let through on one connection (stream-rates.ts), for all of libp2p's own protocols together. */
const QUESTIONS = { burst: 64, perSecond: 8 }

export interface WaysParts {
  readonly components: Components
  readonly clock: Clock
  /** `ip/bits` of those that this device is on. */
  readonly networks: () => readonly string[]
}

/** How the DHT gets to others: over connections that are there, and by dials that are few and go where they may. */
export class Ways {
  readonly #parts: WaysParts
  readonly #heard = new Map<PeerId, readonly string[]>()
  readonly #looked = new Map<PeerId, { readonly addresses: readonly string[]; readonly untilMs: number }>()
  readonly #rates = new WeakMap<Connection, Rate>()
  readonly #waiting = new Set<() => void>()
  #dials = 0

  constructor(parts: WaysParts) {
    this.#parts = parts
  }

  /** Without a relay, which carries no questions of the DHT. */
  isConnected(peerId: PeerId): boolean {
    return this.#open(peerIdFromString(peerId)) !== null
  }

  /** How it is connected; of several connections the nearest counts, as it is there that it proved to be. */
  otherOf(peerId: Libp2pPeerId): Other {
    const ways = this.#parts.components.connectionManager.getConnections(peerId).map((connection) => describeConnection(connection))
    const [best] = ways.toSorted((a, b) => NEARNESS.indexOf(a.route) - NEARNESS.indexOf(b.route))
    if (best === undefined) return { route: 'relayed', ip: null }
    return { route: best.route, ip: leading(best.address).ip }
  }

  /** What of a device's addresses passes between this device and `peerId`. */
  passing(peerId: Libp2pPeerId): (addresses: readonly string[]) => string[] {
    const [other, networks] = [this.otherOf(peerId), this.#parts.networks()]
    return (addresses) => passable(addresses, other, networks)
  }

  /** Where a device is said to be. Not believed but for a dial, at whose end it proves who it is. */
  heard(peerId: PeerId, addresses: readonly string[]): void {
    if (addresses.length === 0) return
    const known = this.#heard.get(peerId) ?? []
    this.#looked.delete(peerId)
    this.#heard.delete(peerId)
    this.#heard.set(peerId, [...new Set([...addresses, ...known])].slice(0, MAX_ADDRESSES_OF_ONE))
    const [oldest] = this.#heard.keys()
    if (this.#heard.size > MAX_HEARD && oldest !== undefined) this.#heard.delete(oldest)
  }

  /** At most eight, of those that lead somewhere from here; as of some seconds ago, as every answer tells of twenty. */
  async addressesOf(peerId: PeerId): Promise<readonly string[]> {
    const nowMs = this.#parts.clock.monotonicMs()
    const looked = this.#looked.get(peerId)
    if (looked !== undefined && nowMs < looked.untilMs) return looked.addresses
    const addresses = await this.#lookUp(peerId)
    if (addresses.length === 0) return addresses
    this.#looked.delete(peerId)
    this.#looked.set(peerId, { addresses, untilMs: nowMs + LOOKED_MS })
    const [oldest] = this.#looked.keys()
    if (this.#looked.size > MAX_HEARD && oldest !== undefined) this.#looked.delete(oldest)
    return addresses
  }

  async #lookUp(peerId: PeerId): Promise<readonly string[]> {
    const stored = await this.#stored(peerId)
    // What it said of itself first: whatever others say of it drives none of that out.
    return [...new Set([...stored.filter((one) => this.leads(one)), ...(this.#heard.get(peerId) ?? [])])].slice(0, MAX_ADDRESSES_OF_ONE)
  }

  /** Whether an address that was kept is worth a dial from here. */
  leads(address: string): boolean {
    const { components, networks } = this.#parts
    return leads(address, components.addressManager.getAddresses().map(String), networks())
  }

  /** What is handed to the library in the place of libp2p's own. */
  get connectionManager(): Components['connectionManager'] {
    const openStream: Components['connectionManager']['openStream'] = async (to, protocol, options = {}) => {
      if (!isPeerId(to)) throw new Error('the DHT asks devices, not addresses')
      const signal = options.signal ?? AbortSignal.timeout(DIAL_MS)
      const connection = this.#open(to) ?? (await this.#dial(to, signal))
      await this.#pace(connection, signal)
      const stream = await connection.newStream(protocol, { signal, maxOutboundStreams: options.maxOutboundStreams ?? 32 })
      boundBytes(stream, MAX_ANSWER_BYTES)
      return stream
    }
    return replacing(this.#parts.components.connectionManager, { openStream })
  }

  #open(peerId: Libp2pPeerId): Connection | null {
    const open = this.#parts.components.connectionManager.getConnections(peerId)
    return open.find(({ status, limits }) => status === 'open' && limits === undefined) ?? null
  }

  async #dial(peerId: Libp2pPeerId, signal: AbortSignal): Promise<Connection> {
    await this.#turn(signal)
    try {
      const there = this.#open(peerId)
      if (there !== null) return there
      const addresses = await this.addressesOf(asText(peerId))
      // Without one, libp2p would look for it in the DHT, which would dial others for it.
      if (addresses.length === 0) throw new Error('no address of it is known')
      const whole = addresses.map((address) => multiaddr(`${address}/p2p/${peerId.toString()}`))
      return await this.#parts.components.connectionManager.openConnection(whole, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_MS)]),
      })
    } finally {
      this.#dials -= 1
      this.#next()
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    while (this.#dials >= MAX_DIALS) {
      signal.throwIfAborted()
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          // Whoever gave up is woken no more: it would be in the place of one who waits.
          this.#waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        this.#waiting.add(wake)
        signal.addEventListener('abort', wake, { once: true })
      })
    }
    if (signal.aborted) this.#next()
    signal.throwIfAborted()
    this.#dials += 1
  }

  #next(): void {
    const [wake] = this.#waiting
    wake?.()
  }

  async #pace(connection: Connection, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    const rate = this.#rates.get(connection) ?? new Rate(QUESTIONS.burst, QUESTIONS.perSecond, clock.monotonicMs())
    this.#rates.set(connection, rate)
    while (rate.take(clock.monotonicMs()) === 'empty') await delay(clock, SECOND / QUESTIONS.perSecond, signal)
  }

  async #stored(peerId: PeerId): Promise<string[]> {
    try {
      const { addresses } = await this.#parts.components.peerStore.get(peerIdFromString(peerId))
      return addresses.map((one) => one.multiaddr.decapsulateCode(CODE_P2P).toString())
    } catch {
      return []
    }
  }
}

const NEARNESS: readonly Other['route'][] = ['local', 'lan', 'direct', 'relayed']

/** What comes over it beyond so much resets it. Set before anybody else listens. */
export function boundBytes(stream: Stream, maxBytes: number): void {
  let sizeBytes = 0
  stream.addEventListener('message', ({ data }) => {
    sizeBytes += data.byteLength
    if (sizeBytes > maxBytes) stream.abort(new Error(`more than ${maxBytes} bytes`))
  })
}

const texts = new Map<string, PeerId>()

/** As the core writes it; remembered, as base58 takes 15 µs and every answer names twenty. */
export function asText(peerId: Libp2pPeerId): PeerId {
  const { bytes } = peerId.toMultihash()
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const known = texts.get(key)
  if (known !== undefined) return known
  const text = peerId.toString() as PeerId
  const [oldest] = texts.keys()
  if (texts.size >= MAX_HEARD && oldest !== undefined) texts.delete(oldest)
  texts.set(key, text)
  return text
}

function isPeerId(to: unknown): to is Libp2pPeerId {
  return typeof to === 'object' && to !== null && 'toMultihash' in to
}
