import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MemoryDatastore } from 'datastore-core'
import { LatchError } from '../../shared/errors.ts'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import type { Message } from '../../shared/model/chat.ts'
import { anyMatch, type SentKnock } from '../../shared/model/door.ts'
import { MINUTE } from '../../shared/units.ts'
import { createIdentity } from '../features/identity/index.ts'
import type { Clock } from '../platform/clock.ts'
import { openDatabase } from '../platform/database.ts'
import { createKeyFileVault } from '../platform/key-file-vault.ts'
import type { Log } from '../platform/log.ts'
import type { NoiseCrypto } from '../platform/noise-crypto.ts'
import { noServices } from './config.ts'
import { createNode } from './create-node.ts'
import { keepDemoName, type DemoNameParts } from './demo-name.ts'
import { writeDemoSite } from './demo-site.ts'
import { GREETING, replyTo, WELCOME } from './demo-replies.ts'
import type { Closing, RunningNode } from './node-parts.ts'

/*
 * The demonstration peer: a second household in the same process, on loopback, with an account and a database of its
 * own. It knocks, chats and answers over the real protocols, so that somebody who is alone with Latch sees what it
 * does. It is labelled as such everywhere, and never says that it is a person.
 */

export const DEMO_NAME = 'Latch demonstration'

/** Somebody who is still writing down their recovery phrase misses the first knock: it comes again, so often. */
const MAX_KNOCKS = 3
const KNOCK_AGAIN_MS = 3 * MINUTE

/** Answers a minute: for a conversation by hand, not for two programs that found each other. */
const MAX_REPLIES_A_MINUTE = 30

/** Whether its knock was ever answered: it does not ask again. */
const migrations = ['CREATE TABLE demo_answered (account TEXT PRIMARY KEY) STRICT']

export interface DemoParts {
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  readonly noise: NoiseCrypto
  readonly random: (bytes: number) => Uint8Array
  /** Who it is there for. */
  readonly owner: { readonly account: AccountId; readonly peerId: PeerId } & DemoNameParts['owner']
}

export interface DemoPeer {
  readonly account: AccountId
  readonly peerId: PeerId
  /** On loopback. */
  readonly address: string
  /** The owner's node is connected to it: it knocks, unless it was answered before, and takes its name. */
  begin(): void
  closing(): Closing[]
}

export async function openDemoPeer(parts: DemoParts): Promise<DemoPeer> {
  const { clock, folder, noise, owner, random } = parts
  const log = parts.log.child('demo')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const files = { keys: join(folder, 'keys.json'), database: join(folder, 'latch.db') }
  const vault = createKeyFileVault(join(folder, 'key'))
  const identity = await createIdentity({ files, vault, clock, log, random, deviceLabel: 'inside Latch' })
  if (identity.current().state === 'none') await identity.create(DEMO_NAME)
  const keyring = identity.keyring()
  if (keyring === null) throw new LatchError('LOCKED', `The demonstration peer’s keys cannot be opened: ${folder}.`)

  const database = openDatabase(files.database, keyring.databaseKey)
  let node: RunningNode
  try {
    database.migrate('demo', migrations)
    node = await createNode({
      config: { dataFolder: folder, listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: [], services: { ...noServices, gossip: true } },
      identity,
      keyring,
      database,
      datastore: new MemoryDatastore(),
      clock,
      log,
      noise,
      random,
      ownPorts: new Set(),
      isDemo: () => false,
    })
  } catch (error) {
    database.close()
    throw error
  }
  const { chat, door } = node.household
  const ending = new AbortController()

  const wasAnswered = database.prepare<[string]>('SELECT 1 FROM demo_answered WHERE account = ?')
  const answered = database.prepare<[string]>('INSERT OR IGNORE INTO demo_answered (account) VALUES (?)')
  let knocks = 0
  let replies = { sinceMs: clock.monotonicMs(), count: 0 }

  const anybody = { kind: 'anyone' } as const
  if (!door.rules().some(({ who }) => who.kind === anybody.kind)) {
    const rule = { who: anybody, capability: 'contact', match: anyMatch, verdict: 'allow', until: { kind: 'forever' } } as const
    door.addRule({ ...rule, priority: 0, note: 'The demonstration peer lets everybody in.' }, 'default')
  }
  node.household.settings.set({ readReceipts: true })

  void watchChat().catch(failed)
  void watchDoor().catch(failed)
  const { account, peerId } = identity.me()
  const address = node.libp2p.network.listening()[0] ?? ''
  return {
    account,
    peerId,
    address,
    begin() {
      void knock().catch(failed)
      void takeName().catch(failed)
    },
    closing: () => [
      { what: 'what the demonstration peer says', stop: async () => ending.abort() },
      ...node.closing(),
      { what: 'the database of the demonstration peer', stop: async () => database.close() },
    ],
  }

  function failed(error: unknown): void {
    if (!ending.signal.aborted) log.warn({ error }, 'the demonstration peer fell silent')
  }

  /** What it enters on the ledger goes by gossip to its owner, who decides. */
  async function takeName(): Promise<void> {
    await node.libp2p.joinRest()
    if (ending.signal.aborted) return
    const site = await writeDemoSite(folder)
    keepDemoName({ owner, house: node.household, me: { account, peerId }, address, site, log, signal: ending.signal })
  }

  async function knock(): Promise<void> {
    if (ending.signal.aborted || knocks === MAX_KNOCKS || wasAnswered.get(owner.account) !== undefined) return
    knocks += 1
    await door.knock({ peerId: owner.peerId }, 'contact', GREETING)
  }

  async function watchDoor(): Promise<void> {
    for await (const item of door.watch(ending.signal)) {
      if (item.kind === 'event' && item.event.event === 'sent-knock-changed') await heard(item.event.sent)
    }
  }

  async function heard({ state }: SentKnock): Promise<void> {
    if (state === 'allowed' || state === 'denied') answered.run(owner.account)
    if (state === 'allowed') {
      const conversation = chat.open(owner.account)
      if (conversation.last === null) await chat.send(conversation.id, { text: WELCOME })
    }
    if (state === 'unanswered') clock.after(KNOCK_AGAIN_MS, () => void knock().catch(failed))
  }

  async function watchChat(): Promise<void> {
    for await (const item of chat.watch(ending.signal)) {
      const news =
        item.kind === 'snapshot'
          ? item.snapshot.filter(({ unread }) => unread > 0).map(({ last }) => last)
          : [item.event.event === 'message-stored' ? item.event.message : null]
      for (const message of news) if (message !== null && !message.mine) await reply(message)
    }
  }

  async function reply({ conversation, position, text }: Message): Promise<void> {
    await chat.markRead(conversation, position)
    if (clock.monotonicMs() - replies.sinceMs >= MINUTE) replies = { sinceMs: clock.monotonicMs(), count: 0 }
    replies.count += 1
    if (replies.count <= MAX_REPLIES_A_MINUTE) await chat.send(conversation, { text: replyTo(text) })
  }
}
