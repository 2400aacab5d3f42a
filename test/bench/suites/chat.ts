import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccountId } from '../../../src/shared/ids.ts'
import { conversationIdOf, membersOf } from '../../../src/main/protocols/chat/index.ts'
import { accountIdOf } from '../../../src/main/features/identity/keys.ts'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { Remote } from '../../lab/remote.ts'
import { files } from '../chat/files.ts'
import { search } from '../chat/search.ts'
import type { TalkCalls, TalkFacts } from '../chat/talk-home.ts'
import type { Figure } from '../report.ts'
import type { Size } from '../size.ts'
import { summarize } from '../stats.ts'
import { message } from './message.ts'

const suite = 'chat'
const LONG_MS = 900_000
const PAGES = 50
const measured = { quick: { sustained: 2_000, history: 5_000, conversations: 20, each: 50 }, whole: { sustained: 20_000, history: 100_000, conversations: 100, each: 100 } }

type Home = Remote<TalkCalls> & { readonly facts: TalkFacts }

/**
 * What people say to each other: one message to its acknowledgement beside a raw TLS round trip; many in a row; a history
 * that comes to a second device; what it takes of the disk and of memory; files beside raw TLS and hyperdht. Each device is a
 * process of its own.
 */
export async function chat(size: Size): Promise<Figure[]> {
  const much = measured[size]
  const folder = await mkdtemp(join(tmpdir(), 'latch-bench-chat-'))
  const started: Home[] = []
  async function home(name: string, phrase?: string): Promise<Home> {
    const orders = { name, folder: join(folder, `${name} ${started.length}`), ...(phrase === undefined ? {} : { phrase }) }
    const args = ['--no-warnings', join(import.meta.dirname, '../chat/talk-home.ts'), JSON.stringify(orders)]
    const one = await Remote.start<TalkCalls>(name, spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    const made = Object.assign(one, { facts: one.ready as TalkFacts })
    started.push(made)
    return made
  }
  try {
    return [
      ...(await message()),
      ...(await sustained(home, much.sustained)),
      ...(await history(home, much.history)),
      ...(await many(home, much.conversations, much.each)),
      ...(await search(size)),
      ...(await files(size)),
    ]
  } finally {
    for (const one of started) await one.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

type Opens = (name: string, phrase?: string) => Promise<Home>

async function sustained(home: Opens, count: number): Promise<Figure[]> {
  const [ana, bea] = [await home('Ana'), await home('Bea')]
  for (const one of [ana, bea]) await one.call('letEverybodyChat', null)
  await ana.call('connect', { address: bea.facts.address })
  const { storedMs, deliveredMs } = await ana.call('write', { to: bea.facts.account, count }, LONG_MS)
  const aSecond = (ms: number) => summarize([(count / ms) * 1_000])
  for (const one of [ana, bea]) await one.stop()
  return [
    { suite, what: `${count} messages in a row: stored here`, unit: '/s', summary: aSecond(storedMs) },
    { suite, what: `${count} messages in a row: stored on both sides and acknowledged`, unit: '/s', summary: aSecond(deliveredMs) },
  ]
}

/** A conversation with somebody who is away, and what comes of it to a second device. */
async function history(home: Opens, count: number): Promise<Figure[]> {
  const first = await home('Ana')
  const away = await somebody()
  await first.call('write', { to: away, count }, LONG_MS)
  const second = await home('Ana', await first.call('phrase', null))
  const conversation = conversationIdOf(membersOf(first.facts.account, away))
  const startedMs = performance.now()
  await second.call('connect', { address: first.facts.address })
  await second.call('holds', { conversation, count }, LONG_MS)
  const tookMs = performance.now() - startedMs
  const pages: number[] = []
  for (let made = 0; made < PAGES; made++) pages.push(await second.call('page', { conversation }))
  const bytes = await first.call('databaseBytes', null)
  for (const one of [first, second]) await one.stop()
  return [
    { suite, what: `${count} messages to a second device`, unit: '/s', summary: summarize([(count / tookMs) * 1_000]) },
    { suite, what: `${count} messages: the newest page of 50, in the node`, unit: 'ms', summary: summarize(pages) },
    { suite, what: `${count} messages: the database, a message`, unit: 'KiB', summary: summarize([bytes / count / 1_024]) },
  ]
}

async function many(home: Opens, conversations: number, each: number): Promise<Figure[]> {
  const one = await home('Ana')
  const before = await one.call('rssMiB', null)
  for (let made = 0; made < conversations; made++) await one.call('write', { to: await somebody(), count: each }, LONG_MS)
  const listed: number[] = []
  for (let made = 0; made < PAGES; made++) listed.push(await one.call('conversations', null))
  const after = await one.call('rssMiB', null)
  await one.stop()
  const what = `${conversations} conversations of ${each} messages`
  return [
    { suite, what: `${what}: memory (RSS)`, unit: 'MiB', summary: summarize([after]) },
    { suite, what: `${what}: memory, more than without them`, unit: 'MiB', summary: summarize([after - before]) },
    { suite, what: `${what}: listed`, unit: 'ms', summary: summarize(listed) },
  ]
}

/** An account whose devices nobody can find. */
async function somebody(): Promise<AccountId> {
  return AccountId.parse(accountIdOf((await generateKeyPair('Ed25519')).publicKey))
}
