import { setMaxListeners } from 'node:events'
import type { ICryptoInterface } from '@chainsafe/libp2p-noise'
import type { PrivateKey } from '@libp2p/interface'
import { MemoryDatastore } from 'datastore-core'
import { LatchError } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { LinkNode } from '../features/devices/index.ts'
import { peerIdOf } from '../features/identity/index.ts'
import type { Clock } from '../platform/clock.ts'
import { createPeerStreams } from '../platform/guarded-streams.ts'
import type { Log } from '../platform/log.ts'
import { noServices } from './config.ts'
import { Libp2pNode } from './libp2p-node.ts'
import { version } from './version.ts'

export interface LinkNodeParts {
  /** The key of the device that comes of the linking. */
  readonly deviceKey: PrivateKey
  readonly noiseCrypto: ICryptoInterface | null
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
}

/**
 * A node for a folder without an account: it dials one device, directly or through an introducer, and lets nobody in. Nothing
 * of it is written. It ends before the household with the same key begins.
 */
export async function openLinkNode({ deviceKey, noiseCrypto, clock, log, random }: LinkNodeParts): Promise<LinkNode> {
  const node = await Libp2pNode.create({
    config: { listen: [], services: noServices },
    deviceKey,
    databaseKey: random(32),
    datastore: new MemoryDatastore(),
    clock,
    log: log.child('link'),
    version,
    noiseCrypto,
    admits: () => true,
    mayDial: () => true,
    isExpected: () => true,
    subnetOf: () => null,
    overran: () => {},
    ports: new Map(),
  })
  const streams = createPeerStreams({
    libp2p: node.libp2p,
    clock,
    log: log.child('link'),
    // Nothing is served.
    guards: () => null,
    standings: node.standings,
    offence: () => {},
  })
  await node.start()
  // WebSocket and circuits; whoever can be dialled by TCP does not wait for them.
  const joining = node.joinRest().catch((error: unknown) => log.warn({ error }, 'a way to connect did not join'))
  let stopping: Promise<void> | null = null
  return {
    peerId: peerIdOf(deviceKey.publicKey),
    streams,
    connect: (peerId, addresses, signal) => firstOf(node, peerId, addresses, signal),
    stop: () => (stopping ??= joining.then(() => node.stop())),
  }
}

/** All at once: there are eight at most. The first connection ends the other dials. */
async function firstOf(node: Libp2pNode, peerId: PeerId, addresses: readonly string[], signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  setMaxListeners(Infinity, either)
  try {
    await Promise.any(addresses.map((address) => node.network.dialOnly(peerId, address, either)))
  } catch (cause) {
    signal.throwIfAborted()
    throw new LatchError('UNREACHABLE', undefined, { cause })
  } finally {
    over.abort(new Error('another address answered'))
  }
}
