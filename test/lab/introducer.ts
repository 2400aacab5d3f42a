import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from '../../src/main/features/introduction/index.ts'
import type { IntroductionLimits } from '../../src/main/features/introduction/types.ts'
import { noServices } from '../../src/main/node/config.ts'
import { openPeerNode } from '../../src/main/node/peer-node.ts'
import { systemClock } from '../../src/main/platform/clock.ts'
import { createKeyFileVault } from '../../src/main/platform/key-file-vault.ts'
import { createLog } from '../../src/main/platform/log.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import type { Introduction } from '../../src/shared/model/reach.ts'
import { serve } from './remote.ts'

/* An introducer as `latch introduce` makes one, with limits of our choice. */

export interface IntroducerOrders {
  readonly name: string
  readonly dataFolder: string
  /** Two tell every kind of NAT apart. Only the first is told to others. */
  readonly addresses: readonly string[]
  readonly ports: { readonly tcp: number; readonly ws: number; readonly stun: readonly number[] }
  readonly limits: Partial<IntroductionLimits>
  readonly maxConnections: number
}

export interface IntroducerReady {
  readonly link: string
  readonly peerId: PeerId
  readonly addresses: readonly string[]
}

const orders = JSON.parse(process.argv[2] ?? '') as IntroducerOrders
const log = createLog({ folder: join(orders.dataFolder, 'logs'), level: 'debug' })
process.on('uncaughtException', (error) => log.error({ error }, 'uncaught; the node goes on'))
process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection; the node goes on'))

const { addresses: [first = ''], ports } = orders
const announce = [`/ip4/${first}/tcp/${ports.tcp}`, `/ip4/${first}/tcp/${ports.ws}/ws`]
const node = await openPeerNode(
  {
    dataFolder: orders.dataFolder,
    host: 'headless',
    vault: createKeyFileVault(join(orders.dataFolder, 'key')),
    listen: [`/ip4/0.0.0.0/tcp/${ports.tcp}`, `/ip4/0.0.0.0/tcp/${ports.ws}/ws`],
    bootstrap: [],
    introducer: {
      name: orders.name,
      announce,
      stun: orders.addresses.flatMap((address) => ports.stun.map((port) => ({ address, port }))),
      limits: { ...DEFAULT_LIMITS, ...orders.limits },
      lists: { allow: [], deny: [] },
      maxConnections: orders.maxConnections,
      introducers: [],
    },
    services: noServices,
  },
  { clock: systemClock, log, random: (bytes) => new Uint8Array(randomBytes(bytes)) },
)
const { peerId } = node.identity.current().state === 'ready' ? node.identity.me() : await node.identity.create(orders.name)
const { introduction } = node.household()

const calls = {
  status: (): Introduction => introduction.status(),
  /** As at SIGTERM: everybody is told to move, and when they went it ends. */
  drain: ({ withinMs }: { withinMs: number }): Promise<void> => introduction.drain(withinMs),
}
export type IntroducerCalls = typeof calls

const ready: IntroducerReady = { link: await introduction.link(), peerId, addresses: announce.map((one) => `${one}/p2p/${peerId}`) }
serve(calls, ready, async () => {
  await node.stop()
  log.close()
})
