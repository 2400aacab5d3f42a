import { isPrivate } from '@libp2p/utils'
import { CODE_TCP, multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { TCP, WebSockets } from '@multiformats/multiaddr-matcher'
import type { Upnp } from '../../shared/model/reach.ts'
import { DAY, SECOND } from '../../shared/units.ts'
import type { ReachNetwork, ReachNetworkEvent } from '../features/reach/types.ts'
import type { Clock } from '../platform/clock.ts'
import { Feed } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'
import type { Components } from './annex.ts'
import type { Libp2pNetwork } from './network.ts'
import type { Places } from './places.ts'

/** Finding a router and asking it takes 6 to 7 s. */
const UPNP_LOOKS_MS = 15 * SECOND

/** What somebody outside reached stays announced until it is taken back. */
const CONFIRMED_FOR_MS = 365 * DAY

export interface ReachNetworkParts {
  readonly components: () => Components
  readonly network: Libp2pNetwork
  readonly places: Places
  readonly clock: Clock
  readonly log: Log
  /** Since when UPnP is on, on the monotonic clock; null while it is off. */
  readonly upnpSinceMs: () => number | null
}

export interface Libp2pReachNetwork extends ReachNetwork {
  /** The surroundings changed: where others reached this device before says nothing any more. */
  unconfirm(): void
}

/** libp2p in the plain words of the reach feature. */
export function createReachNetwork(parts: ReachNetworkParts): Libp2pReachNetwork {
  const { components, network, places, clock, log } = parts
  const feed = new Feed<ReachNetworkEvent>((error) => log.error({ error }, 'a listener of the reach network failed'))
  const confirmed = new Map<string, Multiaddr>()

  places.onChange((event) => feed.publish(event))
  network.subscribe((event) => {
    if (event.event === 'identified') feed.publish({ event: 'addresses-changed', peerId: event.peerId })
    else if (event.event !== 'found' && event.event !== 'better') feed.publish(event)
  })

  return {
    connections: () => network.connections(),
    subscribe: (listener) => feed.subscribe(listener),
    ping: (peerId, signal) => network.ping(peerId, signal),
    circuit: (connection) => network.circuit(connection),
    reserve: (introducer, signal) => places.reserve(introducer, signal),
    reserved: () => places.reserved(),
    dialOnly: (peerId, address, signal) => network.dialOnly(peerId, address, signal),
    close: (connection) => network.close(connection),
    retire: (connection) => network.retire(connection),
    weed: (peerId, withinMs) => network.weed(peerId, withinMs),
    addressesOf: async (peerId) => (await network.about(peerId)).addresses,
    listening: () => network.listening(),

    tcpPorts() {
      const own = components().transportManager.getAddrs()
      const ports = own.filter((address) => TCP.exactMatch(address) || WebSockets.exactMatch(address)).map(portOf)
      return [...new Set(ports.filter((port) => port !== null))]
    },

    confirm(text) {
      const address = listenedAt(multiaddr(text))
      // It lies outside, or it would not have to be confirmed.
      if (isPrivate(address)) return
      withdraw((other) => hostOf(other) !== hostOf(address))
      confirmed.set(address.toString(), address)
      components().addressManager.confirmObservedAddr(address, { type: 'observed', ttl: CONFIRMED_FOR_MS })
    },

    unconfirm: () => withdraw(() => true),

    upnp(): Upnp {
      const sinceMs = parts.upnpSinceMs()
      if (sinceMs === null) return { state: 'off', address: null }
      const mapped = mappedBy(components()['upnp'])
      if (mapped !== null) return { state: 'mapped', address: mapped }
      return { state: clock.monotonicMs() - sinceMs < UPNP_LOOKS_MS ? 'looking' : 'none', address: null }
    },
  }

  function withdraw(isMeant: (address: Multiaddr) => boolean): void {
    for (const [text, address] of confirmed) {
      if (!isMeant(address)) continue
      confirmed.delete(text)
      components().addressManager.removeObservedAddr(address)
    }
  }

  /** A port of WebSocket is one of TCP too: whoever is told of it has to know what to speak there. */
  function listenedAt(address: Multiaddr): Multiaddr {
    if (!TCP.exactMatch(address)) return address
    const own = components().transportManager.getAddrs().filter((one) => portOf(one) === portOf(address))
    const isWebSocket = own.length > 0 && own.every((one) => WebSockets.exactMatch(one))
    return isWebSocket ? address.encapsulate('/ws') : address
  }
}

function hostOf(address: Multiaddr): string {
  return address.getComponents()[0]?.value ?? ''
}

function portOf(address: Multiaddr): number | null {
  const value = address.getComponents().find(({ code }) => code === CODE_TCP)?.value
  return value === undefined ? null : Number(value)
}

/** Where the router lets others in, of what the library remembers of its routers; its own types are not exported. */
function mappedBy(service: unknown): string | null {
  const { portMappers = [] } = (service ?? {}) as { portMappers?: readonly { mappedPorts: Map<string, Mapping> }[] }
  const mappings = portMappers.flatMap(({ mappedPorts }) => [...mappedPorts.values()])
  const mapping = mappings.find(({ protocol }) => protocol.toLowerCase() === 'tcp') ?? mappings[0]
  if (mapping === undefined) return null
  const { externalHost: host, externalPort: port, protocol } = mapping
  return `/ip${host.includes(':') ? 6 : 4}/${host}/${protocol.toLowerCase()}/${port}`
}

interface Mapping {
  readonly externalHost: string
  readonly externalPort: number
  readonly protocol: string
}
