import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase, type Database } from '../../../src/main/platform/database.ts'
import { home, type Home } from '../../unit/chat/household.ts'
import { People } from '../../unit/chat/people.ts'
import { Wire } from '../../unit/chat/wire.ts'
import type { Figure } from '../report.ts'
import type { Size } from '../size.ts'
import { summarize } from '../stats.ts'
import { madeText, madeWord } from './made-words.ts'

const suite = 'chat'
const SETTLES_MS = 5_000
const measured = { quick: { messages: 10_000, queries: 100 }, whole: { messages: 100_000, queries: 400 } }

/** Queries as people type them, and as nobody should: each over all messages, the first 50 hits with their snippets. */
const asked: Record<string, (at: number) => string> = {
  'one letter': (at) => 'etaoinshrdlu'.charAt(at % 12),
  'two letters': (at) => madeWord(at).slice(0, 2),
  'the beginning of a word': (at) => madeWord(at * 7).slice(0, 4),
  'a frequent word and one letter': (at) => `${madeWord(at % 5)} ${madeWord(at * 3).slice(0, 1)}`,
  'a frequent and a rare word': (at) => `${madeWord(at % 5)} ${madeWord(20_000 + at)}`,
  'four frequent words together': (at) => `"${[at, at * 3, at * 5, at * 7].map((one) => madeWord(one % 7)).join(' ')}"`,
  'two signs of Chinese': (at) => String.fromCodePoint(0x4e00 + (at % 40), 0x4e00 + ((at * 7) % 40)),
  'a word that nobody wrote': (at) => `qqqqq${at}`,
}

/** Search over one encrypted database on the disk. */
export async function search(size: Size): Promise<Figure[]> {
  const { messages, queries } = measured[size]
  const folder = await mkdtemp(join(tmpdir(), 'latch-bench-search-'))
  const people = new People()
  const [me, bea] = [await people.person(), await people.person()]
  const path = join(folder, 'latch.db')
  const database = openDatabase(path, randomBytes(32))
  const here = await home(me, { people, wire: new Wire(), clock: systemClock, database })
  try {
    const conversation = here.chat.open(bea.account).id
    const startedMs = performance.now()
    for (let at = 0; at < messages; at += 500) {
      await Promise.all(Array.from({ length: Math.min(500, messages - at) }, (_, i) => here.chat.send(conversation, { text: madeText(at + i) })))
    }
    while (database.prepare('SELECT 1 FROM chat_words_due LIMIT 1').get() !== undefined) await here.chat.find({ text: '' }, { limit: 1 })
    const indexedMs = performance.now() - startedMs
    // The pieces of the index are put together behind it, as it settles.
    await new Promise((resolve) => setTimeout(resolve, SETTLES_MS))
    const figures: Figure[] = [
      { suite, what: `search: ${messages} messages written and in the index`, unit: '/s', summary: summarize([messages / (indexedMs / 1_000)]) },
      { suite, what: 'search: KiB for each message, index and words', unit: 'KiB', summary: summarize([indexBytes(database) / messages / 1_024]) },
      { suite, what: 'search: KiB for each message, all of the database', unit: 'KiB', summary: summarize([(await stat(path)).size / messages / 1_024]) },
    ]
    for (const [name, text] of Object.entries(asked)) figures.push(...(await ask(here, name, text, queries)))
    return figures
  } finally {
    await here.stop()
    database.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** How long each query took, and for how long the event loop stood still meanwhile: a window's frame is 16 ms. */
async function ask(here: Home, name: string, text: (at: number) => string, queries: number): Promise<Figure[]> {
  const took: number[] = []
  const blocked: number[] = []
  for (let at = 0; at < queries; at++) {
    const loop = watchLoop()
    const startedMs = performance.now()
    await here.chat.find({ text: text(at) }, { limit: 50 })
    took.push(performance.now() - startedMs)
    blocked.push(await loop())
  }
  return [
    { suite, what: `search: ${name}`, unit: 'ms', summary: summarize(took), goal: '< 50' },
    { suite, what: `search: ${name}: longest turn of the event loop`, unit: 'ms', summary: summarize(blocked), goal: '< 16' },
  ]
}

/** Gives the longest time between two turns of the event loop, once asked. */
function watchLoop(): () => Promise<number> {
  let [lastMs, longestMs, isOver] = [performance.now(), 0, false]
  const look = (): void => {
    const nowMs = performance.now()
    longestMs = Math.max(longestMs, nowMs - lastMs)
    lastMs = nowMs
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  return async () => {
    isOver = true
    await new Promise((resolve) => setImmediate(resolve))
    return longestMs
  }
}

function indexBytes(database: Database): number {
  const sizes = database.prepare<[], { size: number }>(
    `SELECT (SELECT sum(length(block)) FROM chat_find_data) + (SELECT sum(length(words)) + 24 * count(*) FROM chat_words) AS size`,
  )
  return sizes.get()?.size ?? 0
}
