import type { Connection } from '@libp2p/interface'
import { isLoopback, isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { Circuit, Memory, WebRTC, WebRTCDirect, WebSockets, WebSocketsSecure } from '@multiformats/multiaddr-matcher'
import { PeerId } from '../../shared/ids.ts'
import type { Route, Transport } from '../../shared/model/peers.ts'
import { circuitOf } from './circuit.ts'
import type { RemotePeer } from './streams.ts'

type Described = Pick<Connection, 'id' | 'remotePeer' | 'remoteAddr' | 'direction' | 'limits'> &
  Partial<Pick<Connection, 'timeline'>>

/** Whoever looks through hundreds of connections does so often, and all but what is left of a circuit stays as it is. */
const descriptions = new WeakMap<Described, RemotePeer>()

/** What a connection says about the way it takes. The peer id is the one that the handshake proved. */
export function describeConnection(connection: Described): RemotePeer {
  const known = descriptions.get(connection)
  if (known !== undefined) return known.circuit === null ? known : { ...known, circuit: circuitOf(connection) }
  const transport = transportOf(connection.remoteAddr)
  const relayed = transport === 'relay' || connection.limits !== undefined
  const peer: RemotePeer = {
    peerId: PeerId.parse(connection.remotePeer.toString()),
    connection: connection.id,
    route: relayed ? 'relayed' : routeOf(connection.remoteAddr, transport),
    transport,
    address: connection.remoteAddr.toString(),
    direction: connection.direction,
    circuit: relayed ? circuitOf(connection) : null,
  }
  descriptions.set(connection, peer)
  return peer
}

/** The transport that an address asks for. */
export function transportOf(address: Multiaddr): Transport {
  // First, as the dialler's address of a WebRTC connection names the relay that introduced the two.
  if (WebRTC.matches(address)) return 'webrtc'
  if (Circuit.matches(address)) return 'relay'
  if (WebRTCDirect.matches(address)) return 'webrtc-direct'
  if (WebSockets.matches(address) || WebSocketsSecure.matches(address)) return 'ws'
  if (Memory.matches(address)) return 'memory'
  return 'tcp'
}

/** Where an address of such a transport leads, if through no relay. */
export function routeOf(address: Multiaddr, transport: Transport): Route {
  if (transport === 'memory') return 'local'
  // Such an address holds the relay's IP, or none: nothing says where the peer itself is.
  if (transport === 'webrtc') return 'direct'
  if (isLoopback(address)) return 'local'
  return isPrivate(address) ? 'lan' : 'direct'
}
