import { AsyncLocalStorage } from 'node:async_hooks'
import type { PeerId as Libp2pPeerId, PeerInfo } from '@libp2p/interface'
import { peerIdFromMultihash, peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import * as Digest from 'multiformats/hashes/digest'
import { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import { nearest, placeOfPeer } from '../features/names/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { RecordKeeper, RecordKind } from '../platform/dht.ts'
import type { Offence } from '../platform/streams.ts'
import type { Components } from './annex.ts'
import { replacing } from './bounded.ts'
import { K, type Kad, type KadMessage } from './dht-library.ts'
import { AROUND_RECORD_BYTES, MAX_KEY_BYTES, placeOfKey, readKey } from './dht-records.ts'
import { asText, boundBytes, MAX_QUESTION_BYTES, type Ways } from './dht-ways.ts'

/** Of a hundred: no node of ours sends a record of a kind that nobody knows, or one that is too long for its kind. */
const FOREIGN_POINTS = 10

/** From when its stream is opened to when it is answered. Ours ask one question over a stream. */
const QUESTION_MS = 5 * SECOND

/** Who is told of everybody near a key, and with which addresses, is decided here and not by the library. */
export interface ServedParts {
  readonly clock: Clock
  readonly ways: Ways
  readonly me: PeerId
  readonly offence: Offence
  readonly keeper: (kind: RecordKind) => RecordKeeper | null
  readonly table: () => readonly PeerId[]
}

/** What others ask of this device, looked at before the library sees it. */
export class Served {
  readonly #parts: ServedParts
  /** Whose question is answered now. */
  readonly #asker = new AsyncLocalStorage<Libp2pPeerId>()

  constructor(parts: ServedParts) {
    this.#parts = parts
  }

  /** Who asks; null: this device itself. */
  from(): PeerId | null {
    const asker = this.#asker.getStore()
    return asker === undefined ? null : asText(asker)
  }

  /** What is handed to the library in the place of libp2p's own: with a bound on what one question may be long, and take. */
  registrar(registrar: Components['registrar']): Components['registrar'] {
    return replacing(registrar, {
      handle: (protocol, handler, options) =>
        registrar.handle(
          protocol,
          (stream, connection) => {
            boundBytes(stream, MAX_QUESTION_BYTES)
            const cancel = this.#parts.clock.after(QUESTION_MS, () => stream.abort(new Error('its time is up')))
            stream.addEventListener('close', cancel, { once: true })
            return handler(stream, connection)
          },
          options,
        ),
    })
  }

  /** Of the library's mapper: this device's own addresses, which the library adds where they are asked for. */
  readonly mapper = (info: PeerInfo): PeerInfo => {
    const asker = this.#asker.getStore()
    if (asker === undefined || asText(info.id) !== this.#parts.me) return info
    const passing = this.#parts.ways.passing(asker)(info.multiaddrs.map(String))
    return { ...info, multiaddrs: passing.map((address) => multiaddr(address)) }
  }

  /** Stands before a library that has not started. */
  guard(kad: Kad): void {
    const handle = kad.rpc.handleMessage.bind(kad.rpc)
    kad.rpc.handleMessage = async (from, message) => {
      this.#check(asText(from), message)
      return this.#asker.run(from, () => handle(from, message))
    }
    kad.peerRouting.getClosestPeersOffline = (key) => this.#closest(key)
  }

  /** Errors: Error, which resets the stream. */
  #check(from: PeerId, { type, key, record }: KadMessage): void {
    const { keeper, offence } = this.#parts
    if (type === 'PING') return
    if (key === undefined || key.byteLength === 0 || key.byteLength > MAX_KEY_BYTES) throw new Error('no key')
    if (type === 'FIND_NODE') return
    const read = readKey(key)
    if (read === null || (type !== 'GET_VALUE' && type !== 'PUT_VALUE')) {
      if (type === 'PUT_VALUE' || type === 'ADD_PROVIDER') offence(from, 'the DHT: to store what nobody here stores', FOREIGN_POINTS)
      throw new Error('this network stores nothing of that kind')
    }
    const of = keeper(read.kind)
    if (type === 'GET_VALUE' || record === undefined || of === null) return
    if (record.byteLength > of.maxBytes + AROUND_RECORD_BYTES + key.byteLength) {
      offence(from, 'the DHT: a record longer than its kind', FOREIGN_POINTS)
      throw new Error('a record longer than its kind')
    }
  }

  /** Of the table, the nearest to a key; the device itself that the key names, if it is connected. Nobody hears of itself. */
  async #closest(key: Uint8Array): Promise<PeerInfo[]> {
    const { me, table, ways } = this.#parts
    const asker = this.#asker.getStore()
    const place = placeOfKey(key)
    const hidden = [me, asker === undefined ? null : asText(asker)]
    const named = namedBy(key)
    const others = new Set(table())
    if (named !== null && ways.isConnected(named)) others.add(named)
    const peers = nearest(place, [...others].filter((peerId) => !hidden.includes(peerId)), placeOfPeer, K)
    const passing = asker === undefined ? null : ways.passing(asker)
    const infos = peers.map(async (peerId): Promise<PeerInfo> => {
      const addresses = await ways.addressesOf(peerId)
      const told = passing?.(addresses) ?? addresses
      return { id: peerIdFromString(peerId), multiaddrs: told.map((address) => multiaddr(address)) }
    })
    return (await Promise.all(infos)).filter(({ multiaddrs }) => multiaddrs.length > 0)
  }
}

/** The device whose id is the key; null: it is the key of something else. */
function namedBy(key: Uint8Array): PeerId | null {
  try {
    return PeerId.safeParse(peerIdFromMultihash(Digest.decode(key)).toString()).data ?? null
  } catch {
    return null
  }
}
