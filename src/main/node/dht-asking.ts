import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import type { DHTRecord, QueryEvent } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import { deadline, type Clock } from '../platform/clock.ts'
import type { Components } from './annex.ts'
import { KAD_PROTOCOL, type Kad, type KadMessage } from './dht-library.ts'
import { MAX_CLOSER, type Closer } from './dht-walk.ts'
import { asText, type Ways } from './dht-ways.ts'
import { Rate } from './rate.ts'

/** Of those heard of, offered to the table: each costs a question, and maybe a dial. */
const OFFERS = { burst: 60, perSecond: 2 }
/** For that question, its turn among the others and the dial included. */
const OFFER_MS = 10 * SECOND
/** Whether somebody is there, a dial included. */
const VERIFY_MS = 5 * SECOND

export interface AskingParts {
  readonly clock: Clock
  readonly me: PeerId
  readonly components: Components
  readonly faces: Kad
  readonly ways: Ways
  readonly known: () => readonly PeerId[]
}

/** What the DHT asks others: between the library and its own queries, and for ours. */
export class Asking {
  readonly #parts: AskingParts
  readonly #offers: Rate

  constructor(parts: AskingParts) {
    this.#parts = parts
    this.#offers = new Rate(OFFERS.burst, OFFERS.perSecond, parts.clock.monotonicMs())
    const { network, routingTable } = parts.faces
    const send = network.sendRequest.bind(network)
    const heard = (event: QueryEvent): QueryEvent => this.#heard(event)
    network.sendRequest = async function* (to, message, options) {
      for await (const event of send(to, message, options)) yield heard(event)
    }
    // Those of the last time come from our own table, which is bounded.
    routingTable.populateFromDatastoreOnStart = false
    // Whoever is only heard of is offered by ours, at a rate.
    parts.faces.onPeerConnect = async ({ id, protocols }) => {
      if (protocols !== undefined) routingTable.queueRoutingTableUpdate(id)
    }
  }

  /** One question and its answer. Errors: whatever came of it. */
  async ask(
    peerId: PeerId,
    message: KadMessage,
    signal: AbortSignal,
  ): Promise<{ readonly closer: readonly Closer[]; readonly record: DHTRecord | null }> {
    const path = { index: 0, queued: 0, running: 0, total: 0 }
    for await (const event of this.#parts.faces.network.sendRequest(peerIdFromString(peerId), message, { signal, path })) {
      if (event.name === 'QUERY_ERROR') throw event.error
      if (event.name !== 'PEER_RESPONSE') continue
      const closer = event.closer.map(({ id, multiaddrs }): Closer => ({ peerId: asText(id), addresses: multiaddrs.map(String) }))
      return { closer, record: event.record ?? null }
    }
    throw new Error('no answer')
  }

  /** Resolves, with how long it took in ms, when a device is there and can be asked. Errors: it is not. */
  async verify(peerId: Libp2pPeerId, stop: AbortSignal): Promise<number> {
    const { components, clock, ways } = this.#parts
    const sinceMs = clock.monotonicMs()
    if (ways.isConnected(asText(peerId))) {
      const known = await components.peerStore.get(peerId).catch(() => null)
      if (known?.protocols.includes(KAD_PROTOCOL) === true) return 0
    }
    const { signal, release } = deadline(clock, VERIFY_MS, 'asking whether it is there', stop)
    await this.ask(asText(peerId), { type: 'PING' }, signal).finally(release)
    return clock.monotonicMs() - sinceMs
  }

  /** An answer, less what its sender may not tell; whoever it names is offered to the table. */
  #heard(event: QueryEvent): QueryEvent {
    if (event.name !== 'PEER_RESPONSE') return event
    const { me, ways } = this.#parts
    const passing = ways.passing(event.from)
    const closer = event.closer.slice(0, MAX_CLOSER).flatMap(({ id, multiaddrs }) => {
      const peerId = asText(id)
      const addresses = passing(multiaddrs.map((address) => address.decapsulateCode(CODE_P2P).toString()))
      if (peerId === me || (addresses.length === 0 && !ways.isConnected(peerId))) return []
      this.#offer(peerId, addresses)
      return [{ id, multiaddrs: addresses.map((address) => multiaddr(address)) }]
    })
    return { ...event, closer, providers: [] }
  }

  #offer(peerId: PeerId, addresses: readonly string[]): void {
    const { clock, faces, known, ways } = this.#parts
    if (known().includes(peerId) || this.#offers.take(clock.monotonicMs()) === 'empty') return
    ways.heard(peerId, addresses)
    faces.routingTable.queueRoutingTableUpdate(peerIdFromString(peerId), { activeTimeout: OFFER_MS })
  }
}
