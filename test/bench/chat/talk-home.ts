import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccountId, ConversationId } from '../../../src/shared/ids.ts'
import { anyMatch } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, openNode } from '../../helpers/households.ts'
import { serve } from '../../lab/remote.ts'

/*
 * One device that talks, as a process of its own: it writes many messages, waits until they are there, and says what it
 * holds and what that costs.
 */

interface Orders {
  readonly name: string
  readonly folder: string
  /** Of an account that exists: this is another device of it. */
  readonly phrase?: string
}

/** Messages on their way to the disk at once: as many as one transaction takes, four times over. */
const AT_ONCE = 256
const PATIENCE_MS = 600_000
const MiB = 2 ** 20

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const home = await open()
const { chat } = home

async function open() {
  const { phrase, name, folder } = orders
  if (phrase === undefined) return openHousehold({ name, dataFolder: folder })
  const { node, close } = await openNode({ dataFolder: folder })
  const me = await node.identity.restore(name, phrase)
  const household = node.household()
  const address = household.peers.reachability().listening.find((one) => one.includes('/tcp/')) ?? ''
  return { ...household, node, me, dataFolder: folder, address, close }
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
      while ((next += 1) <= count) await chat.send(id, { text: `Message ${next}: the quick brown fox jumps over the lazy dog.` })
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    const storedMs = performance.now() - startedMs
    const isConnected = home.peers.list().some(({ account, state }) => account === to && state === 'connected')
    if (isConnected) await eventually('all to be there', () => chat.open(to).waiting === 0, { withinMs: PATIENCE_MS })
    return { storedMs, deliveredMs: performance.now() - startedMs }
  },
  /** Resolves when it holds so many of a conversation. */
  async holds({ conversation, count }: { conversation: ConversationId; count: number }): Promise<void> {
    const last = (): number => chat.conversations().find(({ id }) => id === conversation)?.last?.position ?? 0
    await eventually('the history', () => last() >= count, { withinMs: PATIENCE_MS })
  },
  /** The newest page, as a window asks for it. ms. */
  page({ conversation }: { conversation: ConversationId }): number {
    const startedMs = performance.now()
    chat.messages(conversation, {}, 50)
    return performance.now() - startedMs
  },
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
export type TalkCalls = typeof calls
export interface TalkFacts {
  readonly account: AccountId
  readonly address: string
}

serve(calls, { account: home.me.account, address: `${home.address}/p2p/${home.me.peerId}` } satisfies TalkFacts, () => home.close())
