import { noise, type ICryptoInterface } from '@chainsafe/libp2p-noise'
import { identify, identifyPush } from '@libp2p/identify'
import { FaultTolerance, type ConnectionGater, type PrivateKey, type Transport } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import type { Multiaddr } from '@multiformats/multiaddr'
import { TCP } from '@multiformats/multiaddr-matcher'
import { PeerId } from '../../shared/ids.ts'
import { HOUR, KiB, MiB, SECOND } from '../../shared/units.ts'
import { sendingInOneWrite } from '../platform/few-packets.ts'
import { libp2pLogger, type Log } from '../platform/log.ts'
import { Annex } from './annex.ts'
import { announced } from './announce.ts'
import type { CrowdLimits } from './crowd.ts'
import type { Handshakes } from './handshakes.ts'
import { limitStreamRates, type StreamRates } from './stream-rates.ts'
import type { Datastore } from 'interface-datastore'
import type { Libp2pOptions } from 'libp2p'

export interface CoreParts {
  readonly deviceKey: PrivateKey
  readonly datastore: Datastore
  readonly log: Log
  readonly version: string
  /** Addresses of TCP to listen on. */
  readonly listen: readonly string[]
  /** Addresses told to others instead of those found; none: those found. */
  readonly announce: readonly string[]
  readonly noiseCrypto: ICryptoInterface | null
  /** Whether the door lets this peer connect at all. Asked synchronously: a gater that waits starves everybody else. */
  readonly admits: (peerId: PeerId) => boolean
  /** Whether this peer may be dialled, whoever wants to: a service of libp2p's own has wishes too. */
  readonly mayDial: (peerId: PeerId) => boolean
  readonly handshakes: Handshakes
  readonly rates: StreamRates
  readonly crowd: CrowdLimits
}

/**
 * libp2p with what the first connection needs and nothing else: TCP, Noise, Yamux, identify, ping. The rest joins
 * through the annex (services.ts). Every number is here with its reason.
 */
export function coreOptions(parts: CoreParts) {
  return {
    privateKey: parts.deviceKey,
    datastore: parts.datastore,
    logger: libp2pLogger(parts.log.child('libp2p')),
    // All that identify says of the program: no Node version, no platform.
    nodeInfo: { name: 'latch', version: parts.version, userAgent: `latch/${parts.version}` },
    addresses: { listen: [...parts.listen], announce: [...parts.announce], announceFilter: announced },
    transports: [tcpOverNetworks],
    connectionEncrypters: [noise(parts.noiseCrypto === null ? {} : { crypto: parts.noiseCrypto })],
    streamMuxers: [
      yamux({
        streamOptions: {
          // The window must not outgrow the read buffer, or a reader that pauses is reset (libp2p's defaults are 16 MiB
          // and 4 MiB).
          maxStreamWindowSize: MiB,
          maxReadBufferLength: 4 * MiB,
        },
        // Each protocol has its own small bound; this one is for all of them together, on one connection.
        maxInboundStreams: 256,
      }),
    ],
    connectionGater: gater(parts),
    transportManager: {
      // A port that is taken, a machine without IPv6: a reason to say so in the status, not to stay away.
      faultTolerance: FaultTolerance.NO_FATAL,
    },
    connectionManager: {
      maxConnections: parts.crowd.maxConnections,
      inboundConnectionThreshold: parts.crowd.maxArrivalsOfOne,
      // Connections in their handshake at once. Ours (handshakes.ts) makes room before it comes to that.
      maxIncomingPendingConnections: parts.crowd.maxHandshakes + 16,
      // Keeping connections is the peers feature's, with its own schedule. (The first try libp2p makes all the same.)
      reconnectRetries: 0,
    },
    connectionMonitor: {
      // A loop that stood still for 5 s (a laptop under load) would otherwise lose every peer.
      pingTimeout: { minTimeout: 15 * SECOND },
    },
    peerStore: {
      // As long as DHT provider records live; libp2p's 1 h and 6 h forget who is away for a night.
      maxAddressAge: 48 * HOUR,
      maxPeerAge: 48 * HOUR,
    },
    services: {
      identify: identify({ maxMessageSize: 8 * KiB }),
      // Tells those who are connected of addresses and protocols that joined since.
      identifyPush: identifyPush({ maxMessageSize: 8 * KiB }),
      // libp2p's watch over the connection, our own measurement, and one of each that is still closing.
      ping: ping({ maxInboundStreams: 4, maxOutboundStreams: 4 }),
      annex(components) {
        // Before any service starts, and so before it serves anything.
        limitStreamRates(components.registrar, parts.rates)
        return new Annex(components)
      },
    },
  } satisfies Libp2pOptions
}

/**
 * libp2p's TCP also connects to sockets in the file system (`/unix/…`): of an agent that holds keys, of a daemon. Anybody
 * can name one as where they listen.
 */
function tcpOverNetworks(components: Parameters<ReturnType<typeof tcp>>[0]): Transport {
  const transport = sendingInOneWrite(tcp()(components))
  const ofNetworks = (addresses: Multiaddr[]): Multiaddr[] => addresses.filter((address) => TCP.exactMatch(address))
  return Object.assign(transport, { dialFilter: ofNetworks, listenFilter: ofNetworks })
}

/** A peer that the door does not admit is refused once Noise proved who it is; through a relay, at the relay's word. */
function gater({ admits, mayDial, handshakes }: Pick<CoreParts, 'admits' | 'mayDial' | 'handshakes'>): ConnectionGater {
  const refuses = (peerId: { toString(): string }): boolean => {
    const parsed = PeerId.safeParse(peerId.toString())
    return !parsed.success || !admits(parsed.data)
  }
  return {
    denyDialPeer: (peerId) => {
      const parsed = PeerId.safeParse(peerId.toString())
      return parsed.success && !mayDial(parsed.data)
    },
    denyInboundConnection: (arrival) => {
      handshakes.began(arrival)
      return false
    },
    denyInboundEncryptedConnection: (peerId, arrival) => {
      const isRefused = refuses(peerId)
      handshakes.proved(arrival, isRefused ? 'refused' : 'let-in')
      return isRefused
    },
    denyInboundRelayedConnection: (_relay, remote) => refuses(remote),
  }
}
