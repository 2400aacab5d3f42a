import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, openMemoryDatabase, type Database } from '../../../../src/main/platform/database.ts'
import { madeText, madeWord } from '../../../bench/chat/made-words.ts'
import { home } from '../household.ts'
import { People } from '../people.ts'
import { Wire } from '../wire.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-search-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const onDisk = (): Database => openDatabase(join(folder, 'latch.db'), new Uint8Array(32).fill(7))

/** Says all of `texts` to somebody, and asks. `asked` counts statements that went to the thread. */
async function scene(database: Database, texts: readonly string[]) {
  const asked: string[] = []
  const watched: Database = {
    path: database.path,
    migrate: database.migrate.bind(database),
    prepare: database.prepare.bind(database),
    transaction: database.transaction.bind(database),
    onRollback: database.onRollback.bind(database),
    close: database.close.bind(database),
    beside() {
      const thread = database.beside()
      const all = thread?.all.bind(thread)
      return thread === null || all === undefined ? null : Object.assign(thread, { all: (sql: string, params: never[]) => (asked.push(sql), all(sql, params)) })
    },
  }
  const people = new People()
  const [me, bea] = [await people.person(), await people.person()]
  const here = await home(me, { people, wire: new Wire(), database: watched })
  const conversation = here.chat.open(bea.account).id
  for (const text of texts) await here.chat.send(conversation, { text })
  return { here, asked, chat: here.chat }
}

describe('search beside the event loop', () => {
  it('finds what a search on it finds, page by page, of words that are being typed too', async () => {
    const texts = Array.from({ length: 300 }, (_, at) => madeText(at))
    const queries = ['', 'e', madeWord(0), `${madeWord(0)} ${madeWord(1)}`, `"${madeWord(0)} ${madeWord(1)}"`, `${madeWord(2)} t`, 'qqqq', 'OR *']
    const answers: unknown[][] = []
    for (const database of [openMemoryDatabase(), onDisk()]) {
      const { here, chat, asked } = await scene(database, texts)
      const found: unknown[] = []
      for (const text of queries) {
        for (let next: string | undefined, isMore = true; isMore; ) {
          const page = await chat.find({ text }, { limit: 40, next })
          found.push(page.hits.map(({ message, snippet, marks }) => [message.text, snippet, marks]))
          isMore = page.next !== null
          next = page.next ?? undefined
        }
      }
      answers.push(found)
      expect(asked.length > 0).toBe(database.path !== ':memory:')
      await here.stop()
      database.close()
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[0]?.flat().length).toBeGreaterThan(300)
  })

  it('finds at once what was said, and no more what was taken back', async () => {
    const database = onDisk()
    const { here, chat } = await scene(database, ['first walrus', 'second walrus'])
    const texts = async (): Promise<string[]> => (await chat.find({ text: 'walrus' }, { limit: 9 })).hits.map(({ message }) => message.text)
    expect(await texts()).toEqual(['second walrus', 'first walrus'])
    const [conversation] = chat.conversations()
    if (conversation === undefined) throw new Error('no conversation')
    const third = await chat.send(conversation.id, { text: 'third walrus' })
    expect(await texts()).toHaveLength(3)
    const asking = texts()
    await chat.remove(third.id, 'everyone')
    expect((await asking).every((text) => text !== '')).toBe(true)
    expect(await texts()).toEqual(['second walrus', 'first walrus'])
    await here.stop()
    database.close()
  })

  it('asks nothing more for whoever wants no answer any more', async () => {
    const database = onDisk()
    const { here, chat, asked } = await scene(database, Array.from({ length: 60 }, (_, at) => `walrus ${at}`))
    const cancelled = new AbortController()
    const answer = chat.find({ text: 'walrus nobody' }, { limit: 5 }, cancelled.signal)
    cancelled.abort(new Error('something else was typed'))
    await expect(answer).rejects.toThrow('something else was typed')
    expect(asked).toEqual([])
    expect((await chat.find({ text: 'walrus' }, { limit: 5 })).hits).toHaveLength(5)
    await here.stop()
    database.close()
  })

  it('leaves nothing open once it stopped, also in the middle of a search', async () => {
    const database = onDisk()
    const { here, chat } = await scene(database, Array.from({ length: 60 }, (_, at) => `walrus ${at}`))
    await chat.find({ text: 'walrus' }, { limit: 5 })
    const answer = chat.find({ text: 'walrus' }, { limit: 50 })
    await here.stop()
    await expect(answer.then(({ hits }) => hits.length <= 50)).resolves.toBe(true)
    database.close()
    expect(existsSync(`${database.path}-wal`)).toBe(false)
  })

  it('goes on without its thread where that dies', async () => {
    const database = onDisk()
    const { here, chat } = await scene(database, ['a walrus'])
    const beside = database.beside.bind(database)
    Object.assign(database, {
      beside: () => {
        const thread = beside()
        void thread?.close()
        return thread
      },
    })
    expect((await chat.find({ text: 'walrus' }, { limit: 5 })).hits).toHaveLength(1)
    expect((await chat.find({ text: 'a walrus' }, { limit: 5 })).hits).toHaveLength(1)
    await here.stop()
    database.close()
  })
})
