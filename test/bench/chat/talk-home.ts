import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccountId, ConversationId } from '../../../src/shared/ids.ts'
import { anyMatch } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, openNode } from '../../helpers/households.ts'
import { serve } from '../../lab/remote.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { loopOfHere } from './loop.ts'
import { madeText } from './made-words.ts'

/*
 * One device that talks, as a process of its own: it writes many messages, waits until they are there, and says what it
 * holds and what that costs.
 */

interface Orders {
  readonly name: string
  readonly folder: string
  /** Of an account that exists: this is another device of it. */
  readonly phrase?: string
  /** Its clock tells a story: each message that it writes is so much later than the one before. */
  readonly story?: Story
}

export interface Story {
  readonly beginsMs: number
  readonly everyMs: number
}

/** Messages on their way to the disk at once: as many as one transaction takes, four times over. */
const AT_ONCE = 256
const PATIENCE_MS = 600_000
const MiB = 2 ** 20

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const loop = loopOfHere()
let told = 0
const home = await open()
const { chat } = home

async function open() {
  const { phrase, name, folder } = orders
  const clock = clockOf(orders)
  if (phrase === undefined) return openHousehold({ name, dataFolder: folder, clock })
  const { node, close } = await openNode({ dataFolder: folder, clock })
  const me = await node.identity.restore(name, phrase)
  const household = node.household()
  const address = household.peers.reachability().listening.find((one) => one.includes('/tcp/')) ?? ''
  return { ...household, node, me, dataFolder: folder, address, close }
}

function clockOf({ story }: Orders): Clock {
  return story === undefined ? systemClock : { ...systemClock, nowMs: () => story.beginsMs + told * story.everyMs }
}

const calls = {
  letEverybodyChat(): void {
    const always = { match: anyMatch, until: { kind: 'forever' as const }, priority: 0, note: '' }
    home.door.addRule({ who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow', ...always }, 'person')
  },
  phrase: (): string => home.node.identity.phrase().join(' '),
  async connect({ address }: { address: string }): Promise<void> {
    await home.peers.connect(address)
  },
  /** Writes so many to an account; gives how long it took until the last one was stored here, and until it was there. */
  async write({ to, count }: { to: AccountId; count: number }): Promise<{ storedMs: number; deliveredMs: number }> {
    const { id } = chat.open(to)
    const startedMs = performance.now()
    let next = 0
    const worker = async (): Promise<void> => {
      while ((next += 1) <= count) {
        told += 1
        await chat.send(id, { text: madeText(next) })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    const storedMs = performance.now() - startedMs
    const isConnected = home.peers.list().some(({ account, state }) => account === to && state === 'connected')
    if (isConnected) await eventually('all to be there', () => chat.open(to).waiting === 0, { withinMs: PATIENCE_MS })
    return { storedMs, deliveredMs: performance.now() - startedMs }
  },
  befriend({ account, petname }: { account: AccountId; petname: string }): void {
    home.contacts.add(account)
    home.contacts.rename(account, petname)
  },
  /** Resolves when it holds so many of a conversation. */
  async holds({ conversation, count }: { conversation: ConversationId; count: number }): Promise<void> {
    await eventually('the history', () => positionIn(conversation) >= count, { withinMs: PATIENCE_MS, everyMs: 50 })
  },
  /** The newest page, as a window asks for it. ms. */
  page({ conversation }: { conversation: ConversationId }): number {
    const startedMs = performance.now()
    chat.messages(conversation, {}, 50)
    return performance.now() - startedMs
  },
  /** A page in the midst of it, as a window asks for it that goes to a day. ms. */
  day({ conversation, fromMs }: { conversation: ConversationId; fromMs: number }): number {
    const startedMs = performance.now()
    chat.messages(conversation, { fromMs }, 50)
    return performance.now() - startedMs
  },
  /** What the event loop did since it was asked last. */
  loop: () => loop.since(),
  conversations(): number {
    const startedMs = performance.now()
    chat.conversations()
    return performance.now() - startedMs
  },
  async databaseBytes(): Promise<number> {
    const sizes = await Promise.all(['latch.db', 'latch.db-wal'].map((name) => stat(join(orders.folder, name)).then(({ size }) => size, () => 0)))
    return sizes.reduce((sum, size) => sum + size, 0)
  },
  rssMiB: (): number => process.memoryUsage.rss() / MiB,
}

/** How many came there: what came last is among the newest, as each log comes in its order. */
function positionIn(conversation: ConversationId): number {
  try {
    return chat.messages(conversation, {}, 10).messages.reduce((most, { position }) => Math.max(most, position), 0)
  } catch {
    return 0
  }
}

export type TalkCalls = typeof calls
export interface TalkFacts {
  readonly account: AccountId
  readonly address: string
}

serve(calls, { account: home.me.account, address: `${home.address}/p2p/${home.me.peerId}` } satisfies TalkFacts, () => home.close())
