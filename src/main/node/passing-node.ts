import { noise, type ICryptoInterface } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { PeerId } from '../../shared/ids.ts'
import type { Clock } from '../platform/clock.ts'
import { createPeerStreams } from '../platform/guarded-streams.ts'
import { libp2pLogger, type Log } from '../platform/log.ts'
import type { PeerStreams } from '../platform/streams.ts'

export interface PassingNode {
  readonly streams: PeerStreams
  close(): Promise<void>
}

interface PassingParts {
  readonly clock: Clock
  readonly log: Log
  readonly noiseCrypto: ICryptoInterface | null
}

/**
 * A node with a peer id made for the moment, connected with one device and with nobody else: it listens nowhere, identifies
 * itself to nobody and is forgotten when it is closed. Whoever is at the other end learns an address, as from any
 * connection, and no name. Errors: those of libp2p's dial; the signal's reason.
 */
export async function openPassingNode(parts: PassingParts, to: PeerId, addresses: readonly string[], signal: AbortSignal): Promise<PassingNode> {
  const { clock, log, noiseCrypto } = parts
  const libp2p = await createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    logger: libp2pLogger(log.child('passing')),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [noise(noiseCrypto === null ? {} : { crypto: noiseCrypto })],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
  })
  try {
    await libp2p.dial(addresses.map((address) => multiaddr(`${address}/p2p/${to}`)), { signal })
  } catch (error) {
    await libp2p.stop()
    throw error
  }
  return {
    streams: createPeerStreams({ libp2p, clock, log, guards: () => null, offence: () => {} }),
    close: async () => libp2p.stop(),
  }
}
