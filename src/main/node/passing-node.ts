import { noise, type ICryptoInterface } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { TCP } from '@multiformats/multiaddr-matcher'
import { createLibp2p } from 'libp2p'
import { LatchError } from '../../shared/errors.ts'
import { PeerId } from '../../shared/ids.ts'
import type { Clock } from '../platform/clock.ts'
import { createPeerStreams } from '../platform/guarded-streams.ts'
import { libp2pLogger, type Log } from '../platform/log.ts'
import type { PeerStreams } from '../platform/streams.ts'

/** A node for one purpose: it listens nowhere, serves nothing and identifies itself to nobody. */
interface PassingNode {
  readonly peerId: PeerId
  readonly streams: PeerStreams
  /** Over TCP, at these addresses. Errors: LatchError UNREACHABLE; the signal's reason. */
  connect(to: PeerId, addresses: readonly string[], signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

export interface PassingParts {
  readonly clock: Clock
  readonly log: Log
  readonly noiseCrypto: ICryptoInterface | null
}

/** Its key is made for the moment: whoever is at the other end learns an address, and no name. */
async function openPassingNode({ clock, log, noiseCrypto }: PassingParts): Promise<PassingNode> {
  const libp2p = await createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    logger: libp2pLogger(log.child('passing')),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [noise(noiseCrypto === null ? {} : { crypto: noiseCrypto })],
    streamMuxers: [yamux()],
    // Those of a private network are where a device in the same room is.
    connectionGater: { denyDialMultiaddr: () => false },
  })
  return {
    peerId: PeerId.parse(libp2p.peerId.toString()),
    streams: createPeerStreams({ libp2p, clock, log, guards: () => null, offence: () => {} }),
    async connect(to, addresses, signal) {
      const direct = addresses.map((address) => multiaddr(withPeer(address, to))).filter((address) => TCP.matches(address))
      if (direct.length === 0) throw new LatchError('UNREACHABLE')
      await libp2p.dial(direct, { signal }).catch((cause: unknown) => {
        throw signal.aborted ? signal.reason : new LatchError('UNREACHABLE', undefined, { cause })
      })
    },
    stop: async () => libp2p.stop(),
  }
}

/** A passing node that is connected with one device: nobody it knows. Errors: those of `connect`. */
export async function strangerAt(parts: PassingParts, holder: PeerId, addresses: readonly string[], signal: AbortSignal): Promise<{ streams: PeerStreams; close(): Promise<void> }> {
  const passing = await openPassingNode(parts)
  try {
    await passing.connect(holder, addresses, signal)
  } catch (error) {
    await passing.stop()
    throw error
  }
  return { streams: passing.streams, close: () => passing.stop() }
}

function withPeer(address: string, to: PeerId): string {
  return address.includes('/p2p/') ? address : `${address}/p2p/${to}`
}
