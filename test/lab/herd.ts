import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { noServices } from '../../src/main/node/config.ts'
import { openPeerNode } from '../../src/main/node/peer-node.ts'
import type { Household, PeerNode } from '../../src/main/node/types.ts'
import { follow } from '../../src/main/platform/feed.ts'
import { systemClock } from '../../src/main/platform/clock.ts'
import { createKeyFileVault } from '../../src/main/platform/key-file-vault.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import type { AccountId, PeerId } from '../../src/shared/ids.ts'
import { anyMatch } from '../../src/shared/model/door.ts'
import type { Introducer } from '../../src/shared/model/reach.ts'
import { eventually } from '../helpers/eventually.ts'
import { serve } from './remote.ts'

/*
 * Many whole nodes in one process, which listen nowhere: they can be reached through their introducer or not at all.
 */

export interface HerdOrders {
  readonly count: number
  readonly folder: string
  readonly introducers: readonly string[]
}

export interface Member {
  readonly account: AccountId
  readonly peerId: PeerId
}

export interface HerdStatus {
  readonly connected: number
  readonly registered: number
  readonly reserved: number
}

const { count, folder, introducers } = JSON.parse(process.argv[2] ?? '') as HerdOrders
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})

interface Animal {
  readonly node: PeerNode
  readonly household: Household
  readonly member: Member
  /** When it last got its registration or its place, on the clock of `performance.timeOrigin`. */
  backMs: number | null
}

/** Nodes that start at once: all of them would keep each other, on one thread, from what has a deadline. */
const BATCH = 25
/** A batch that is not settled by then is left to its own schedule. */
const SETTLE_TIMEOUT_MS = 20_000

const herd: Animal[] = []
for (let i = 0; i < count; i++) {
  herd.push(await open(i))
  if (herd.length % BATCH === 0) await settled(herd.slice(-BATCH))
}

async function settled(animals: readonly Animal[]): Promise<void> {
  const areBack = (): boolean => animals.every((animal) => isBack(animal))
  await eventually('places for all', areBack, { withinMs: SETTLE_TIMEOUT_MS, everyMs: 50 }).catch(() => {})
}

async function open(number: number): Promise<Animal> {
  const dataFolder = join(folder, String(number))
  const node = await openPeerNode(
    {
      dataFolder,
      host: 'headless',
      vault: createKeyFileVault(join(dataFolder, 'key')),
      listen: [],
      bootstrap: [],
      introducers,
      services: noServices,
    },
    { clock: systemClock, log: silentLog, random: (bytes) => new Uint8Array(randomBytes(bytes)) },
  )
  const me = await node.identity.create(`Number ${number}`)
  const member = { account: me.account, peerId: me.peerId }
  const animal: Animal = { node, household: node.household(), member, backMs: null }
  const { door, reach } = animal.household
  const always = { match: anyMatch, until: { kind: 'forever' as const }, priority: 0, note: '' }
  door.addRule({ who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow', ...always }, 'person')
  void follow(
    () => reach.watch(),
    () => {
      if (!isBack(animal)) animal.backMs = null
      else animal.backMs ??= performance.timeOrigin + performance.now()
    },
  )
  return animal
}

function isBack({ household }: Animal): boolean {
  return household.reach.connectivity().introducers.some(isUsable)
}

function isUsable({ registeredUntilMs, reservation }: Introducer): boolean {
  return registeredUntilMs !== null && reservation.state === 'held'
}

function howMany(which: (introducer: Introducer) => boolean): number {
  return herd.filter(({ household }) => household.reach.connectivity().introducers.some(which)).length
}

const calls = {
  members: (): Member[] => herd.map(({ member }) => member),
  status: (): HerdStatus => ({
    connected: howMany(({ state }) => state === 'connected'),
    registered: howMany(({ registeredUntilMs }) => registeredUntilMs !== null),
    reserved: howMany(({ reservation }) => reservation.state === 'held'),
  }),
  /** When each was back with its registration and its place, in ms since the epoch; null for who is not. */
  backAtMs: (): (number | null)[] => herd.map(({ backMs }) => backMs),
  /** Number `from` connects to somebody at an address; its first message is acknowledged when this gives. */
  talk: async ({ from, to, address }: { from: number; to: Member; address: string }): Promise<void> => {
    const animal = herd[from]
    if (animal === undefined) throw new Error(`there is no number ${from}`)
    const { chat, peers } = animal.household
    await peers.connect(address)
    const conversation = chat.open(to.account)
    const { id } = await chat.send(conversation.id, { text: `hello from ${from}` })
    const isDelivered = (): boolean => ['delivered', 'read'].includes(chat.trace(id).message.state)
    await eventually('an acknowledgement', isDelivered, { withinMs: 30_000, everyMs: 20 })
  },
  memory: () => process.memoryUsage.rss(),
}
export type Herd = typeof calls

serve(calls, count, async () => {
  for (const { node } of herd) await node.stop()
})
