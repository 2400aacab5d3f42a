import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { dialable, readAddress } from '../../platform/addresses.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { Coalesced } from './coalesced.ts'
import type { Dialler } from './dialler.ts'
import { lookAtFuel } from './fuel.ts'
import * as limits from './limits.ts'
import type { PeersParts } from './parts.ts'
import type { Roster } from './roster.ts'
import type { RoundTrips } from './round-trips.ts'
import { lossOf } from './schedule.ts'
import type { NetworkEvent } from './types.ts'

export interface ArrivalsParts {
  readonly roster: Roster
  readonly dialler: Dialler
  readonly roundTrips: RoundTrips
  /** Whether connections to the devices of this account are kept. */
  readonly isWanted: (account: AccountId) => boolean
  readonly tellReachability: () => void
}

/** What the network tells: who came, who went, who was heard of, what they say of themselves. */
export class Arrivals {
  readonly #parts: PeersParts
  readonly #house: ArrivalsParts
  readonly #learning: Coalesced<PeerId>

  constructor(parts: PeersParts, house: ArrivalsParts) {
    this.#parts = parts
    this.#house = house
    this.#learning = new Coalesced(parts.clock, limits.LEARN_EVERY_MS, (peerId) => void this.#learn(peerId))
  }

  stop(): void {
    this.#learning.stop()
  }

  on(event: NetworkEvent): void {
    switch (event.event) {
      case 'connected':
        return this.#onConnected(event.peer)
      case 'disconnected':
        return this.#onDisconnected(event.peer)
      case 'better':
        return this.#onBetter(event.peerId)
      case 'attempted':
        return
      case 'found':
        return this.#onFound(event)
      case 'identified':
        return this.#learning.ask(event.peerId)
      case 'listening-changed':
        return this.#house.tellReachability()
    }
  }

  keepIfWanted(peerId: PeerId): void {
    const { dialler, isWanted, roster } = this.#house
    if (!roster.knows(peerId)) return
    const { account } = roster.peer(peerId)
    if (account !== null && isWanted(account)) dialler.keep(peerId)
  }

  #onConnected(peer: RemotePeer): void {
    const { clock, log } = this.#parts
    const { dialler, roster, tellReachability } = this.#house
    const { peerId } = peer
    const { first } = roster.live.opened(peer, clock.nowMs())
    const worked = peer.direction === 'outbound' ? readAddress(peer.address)?.address : undefined
    roster.note(peerId, {
      seen: true,
      ...(worked === undefined ? {} : { worked }),
      ...(roster.knows(peerId) ? {} : { foundBy: 'inbound' as const }),
    })
    dialler.keeper.connected(peerId)
    this.keepIfWanted(peerId)
    roster.changed(peerId)
    if (first) {
      log.info({ peerId, route: peer.route, direction: peer.direction }, 'connected')
      tellReachability()
    }
  }

  #onDisconnected(peer: RemotePeer): void {
    const { dialler, roster, tellReachability } = this.#house
    const { last } = roster.live.closed(peer)
    if (last) {
      this.#parts.log.info({ peerId: peer.peerId }, 'disconnected')
      roster.note(peer.peerId, { seen: true })
      dialler.keeper.disconnected(peer.peerId, lossOf(peer, this.#parts.clock.nowMs()))
      tellReachability()
    }
    roster.changed(peer.peerId)
  }

  /** Another connection speaks for the peer from now on. */
  #onBetter(peerId: PeerId): void {
    const { clock, network } = this.#parts
    const { roster } = this.#house
    const live = roster.live.of(peerId)
    if (live === null) return
    lookAtFuel(network, roster, clock.nowMs())
    live.rttMs = null
    roster.changed(peerId)
    void this.#house.roundTrips.measure(peerId)
  }

  #onFound({ peerId, addresses, by }: Extract<NetworkEvent, { event: 'found' }>): void {
    const { dialler, roster } = this.#house
    const me = this.#parts.me().peerId
    if (peerId === me) return
    roster.note(peerId, { foundBy: by, addresses: dialable(addresses) })
    this.keepIfWanted(peerId)
    dialler.heardOf(peerId, me, by === 'lan')
  }

  /** What a connected peer says of itself: shown, bounded, trusted in nothing. */
  async #learn(peerId: PeerId): Promise<void> {
    const { log, network } = this.#parts
    const { roster, roundTrips } = this.#house
    const about = await network.about(peerId).catch((error: unknown) => log.debug({ peerId, error }, 'not known'))
    const live = roster.live.of(peerId)
    if (live === null || about === undefined) return
    live.agent = about.agent?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, limits.MAX_AGENT_CHARACTERS) ?? null
    live.protocols = about.protocols.slice(0, limits.MAX_PROTOCOLS)
    roster.note(peerId, { addresses: dialable(about.addresses) })
    roster.changed(peerId)
    await roundTrips.measure(peerId)
  }
}
