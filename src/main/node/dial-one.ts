import { setMaxListeners } from 'node:events'
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { CODE_DNSADDR, CODE_P2P, multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { Circuit, WebRTC } from '@multiformats/multiaddr-matcher'
import type { PeerId } from '../../shared/ids.ts'
import { relayIn } from '../platform/circuit.ts'
import { orAborted } from '../platform/or-aborted.ts'
import type { Components } from './annex.ts'

/** Circuits over one connection to an introducer, each with a stream: as many as libp2p-options lets in, less some. */
export const MAX_CIRCUITS = 200

export interface DialOneParts {
  readonly components: () => Components
  readonly mayDial: (peerId: PeerId) => boolean
  /** Resolves when every transport has joined: an invitation may be pasted in the first half second. */
  readonly complete: Promise<void>
}

/** Dials one address, without libp2p's queue: that one joins dials to one peer, and tries addresses one by one. */
export async function dialOne(parts: DialOneParts, peerId: PeerId, text: string, signal: AbortSignal): Promise<Connection> {
  const { mayDial } = parts
  const { peerId: me } = parts.components()
  const address = whole(peerId, text)
  const relay = relayIn(address)
  if (me.equals(peerIdFromString(peerId))) throw new Error('dial self')
  if (!mayDial(peerId) || (relay !== null && !mayDial(relay))) throw new DeniedError('this peer may not be dialled now')
  const isThere = parts.components().transportManager.dialTransportForMultiaddr(address) !== undefined
  if (!isThere) await orAborted(parts.complete, signal)
  const isCircuit = relay !== null && Circuit.exactMatch(address) && !WebRTC.matches(address)
  const connection = await whileDialling(signal, (given) =>
    isCircuit
      ? dialCircuit(parts.components(), relay, address, given)
      : dialDirect(parts.components(), address, given),
  )
  if (connection.remotePeer.toString() === peerId) return connection
  const error = new Error('does not match expected remote identity')
  connection.abort(error)
  throw error
}

/**
 * With a signal that says nothing any more once the dial is over: the TCP transport hands it to the socket, which would
 * be destroyed when a deadline passes that was only for connecting.
 */
async function whileDialling<Value>(signal: AbortSignal, dial: (given: AbortSignal) => Promise<Value>): Promise<Value> {
  signal.throwIfAborted()
  const controller = new AbortController()
  setMaxListeners(Infinity, controller.signal)
  const aborted = (): void => controller.abort(signal.reason)
  signal.addEventListener('abort', aborted, { once: true })
  try {
    return await dial(controller.signal)
  } finally {
    signal.removeEventListener('abort', aborted)
  }
}

class DeniedError extends Error {
  override readonly name = 'DialDeniedError'
}

async function dialDirect(components: Components, address: Multiaddr, signal: AbortSignal): Promise<Connection> {
  const { connectionManager, peerStore, transportManager } = components
  // Only libp2p's queue looks up what such a name stands for.
  const isName = address.getComponents().some(({ code }) => code === CODE_DNSADDR)
  const connection = isName
    ? await connectionManager.openConnection(address, { signal, force: true })
    : await transportManager.dial(address, { signal })
  // As libp2p's queue does: what worked is known to its services too.
  peerStore.merge(connection.remotePeer, { multiaddrs: [connection.remoteAddr] }).catch(() => {})
  return connection
}

/**
 * The transport uses whichever connection to the relay is there, and dials its addresses one by one when there is none:
 * one behind a firewall would wait for all that are shut before the one that is open. Here each try brings its own.
 */
async function dialCircuit(
  { connectionManager, transportManager }: Components,
  relay: PeerId,
  address: Multiaddr,
  signal: AbortSignal,
): Promise<Connection> {
  const isThere = connectionManager.getConnections(peerIdFromString(relay)).some(({ status }) => status === 'open')
  const own = isThere ? null : await transportManager.dial(multiaddr(address.toString().split('/p2p-circuit')[0]), { signal })
  try {
    const options = { signal, maxOutboundStreams: MAX_CIRCUITS }
    return await transportManager.dial(address, options)
  } catch (error) {
    if (own !== null && own.streams.length === 0) own.close().catch((why: Error) => own.abort(why))
    throw error
  }
}

/** With the peer id at its end. Errors: an address of another peer. */
function whole(peerId: PeerId, text: string): Multiaddr {
  const address = multiaddr(text)
  const last = address.getComponents().at(-1)
  if (last?.code !== CODE_P2P) return address.encapsulate(`/p2p/${peerId}`)
  if (last.value !== peerId) throw new Error('that address is of another peer')
  return address
}
