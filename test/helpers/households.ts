import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noServices } from '../../src/main/node/config.ts'
import type { IntroducerConfig } from '../../src/main/node/introducer-config.ts'
import { openPeerNode } from '../../src/main/node/peer-node.ts'
import type { Household, NodeConfig, PeerNode } from '../../src/main/node/types.ts'
import { systemClock, type Clock } from '../../src/main/platform/clock.ts'
import { createKeyFileVault } from '../../src/main/platform/key-file-vault.ts'
import { silentLog, type Log } from '../../src/main/platform/log.ts'
import type { Me } from '../../src/shared/model/identity.ts'

export interface HouseholdOptions {
  /** Creates the account where there is none; without it, a node that waits for one. */
  readonly name?: string
  /** Kept when it closes. Without it, a temporary one that goes with it. */
  readonly dataFolder?: string
  readonly listen?: readonly string[]
  readonly bootstrap?: readonly string[]
  readonly introducers?: readonly string[]
  readonly introducer?: IntroducerConfig
  readonly crowd?: NodeConfig['crowd']
  readonly services?: Partial<NodeConfig['services']>
  /** What seals its keys; a key file in the data folder without it. */
  readonly vault?: NodeConfig['vault']
  readonly clock?: Clock
  readonly log?: Log
}

export interface OpenHousehold extends Household {
  readonly node: PeerNode
  readonly me: Me
  readonly dataFolder: string
  /** Where it can be dialled, with the peer id; empty where it was to listen nowhere. */
  readonly address: string
  readonly close: () => Promise<void>
}

export interface OpenNode {
  readonly node: PeerNode
  readonly dataFolder: string
  readonly close: () => Promise<void>
}

/** A whole node of ours on 127.0.0.1: files on the disk, nothing switched on but what is asked for. */
export async function openNode(options: HouseholdOptions = {}): Promise<OpenNode> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'latch-test-')))
  const config: NodeConfig = {
    dataFolder,
    host: 'headless',
    vault: options.vault ?? createKeyFileVault(join(dataFolder, 'key')),
    listen: options.listen ?? ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: options.bootstrap ?? [],
    introducers: options.introducers ?? [],
    ...(options.introducer === undefined ? {} : { introducer: options.introducer }),
    ...(options.crowd === undefined ? {} : { crowd: options.crowd }),
    services: { ...noServices, ...options.services },
  }
  const node = await openPeerNode(config, {
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLog,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  })
  return {
    node,
    dataFolder,
    async close() {
      await node.stop()
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** The same with an account, so that its household runs. */
export async function openHousehold(options: HouseholdOptions & { readonly name: string }): Promise<OpenHousehold> {
  const { node, dataFolder, close } = await openNode(options)
  const me = node.identity.current().state === 'ready' ? node.identity.me() : await node.identity.create(options.name)
  const household = node.household()
  const address = household.peers.reachability().listening.find((one) => one.includes('/tcp/'))
  if (address === undefined && options.listen?.length !== 0) throw new Error(`${options.name} listens nowhere`)
  return { ...household, node, me, dataFolder, address: address ?? '', close }
}
