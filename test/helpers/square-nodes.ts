import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import type { AccountId } from '../../src/shared/ids.ts'
import { NetworkId } from '../../src/shared/model/ledger.ts'
import { accountIdOf } from '../../src/main/features/identity/index.ts'
import { createSquare, type SquareParts } from '../../src/main/features/square/index.ts'
import type { SquareFeature } from '../../src/main/features/square/types.ts'
import { cidOf } from '../../src/main/platform/cbor.ts'
import { systemClock, type Clock } from '../../src/main/platform/clock.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import { gossipNode, type GossipNode, type GossipNodeOptions } from './gossip-nodes.ts'

export const NETWORK = NetworkId.parse(cidOf(new TextEncoder().encode('a network')))
export const OTHER_NETWORK = NetworkId.parse(cidOf(new TextEncoder().encode('another network')))
export const lobbyOf = (network: NetworkId): string => `/latch/${network}/square/lobby`

export interface SquareNode extends GossipNode {
  readonly square: SquareFeature
  readonly account: AccountId
  readonly accountKey: PrivateKey
}

export interface SquareNodeOptions extends GossipNodeOptions, Partial<Pick<SquareParts, 'isBlocked' | 'accountKey'>> {
  /** Of the square; gossip keeps its own. */
  readonly squareClock?: Clock
  readonly name?: string
  readonly network?: NetworkId
}

/** A node with the rooms of a network, as the app has them: real gossip, real streams, a database of its own. */
export async function squareNode(options: SquareNodeOptions = {}): Promise<SquareNode> {
  const accountKey = options.accountKey ?? (await generateKeyPair('Ed25519'))
  const account = accountIdOf(accountKey.publicKey)
  const node = await gossipNode(options)
  const square = createSquare({
    gossip: node.gossip,
    streams: node.streams,
    database: node.database,
    clock: options.squareClock ?? systemClock,
    log: silentLog,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    offence: () => {},
    me: account,
    accountKey,
    name: () => options.name ?? 'Ada',
    safetyWords: (other) => ['between', account.slice(-4), other.slice(-4)],
    isBlocked: options.isBlocked ?? (() => false),
  })
  await square.start()
  square.use(options.network ?? NETWORK)
  return {
    ...node,
    square,
    account,
    accountKey,
    async close() {
      await square.stop()
      await node.close()
    },
  }
}
