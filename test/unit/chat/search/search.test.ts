import { afterEach, describe, expect, it } from 'vitest'
import type { ChatFeature } from '../../../../src/main/features/chat/index.ts'
import { openMemoryDatabase, type Database } from '../../../../src/main/platform/database.ts'
import type { ConversationId, MessageId } from '../../../../src/shared/ids.ts'
import type { Query } from '../../../../src/shared/model/search.ts'
import { FakeClock } from '../../../helpers/fake-clock.ts'
import { home, type Home } from '../household.ts'
import { People } from '../people.ts'
import { Wire } from '../wire.ts'

const homes: Home[] = []
afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

interface Scene {
  readonly chat: ChatFeature
  readonly database: Database
  readonly clock: FakeClock
  readonly here: Home
  readonly bea: ConversationId
  readonly notes: ConversationId
  readonly say: (text: string, conversation?: ConversationId) => Promise<MessageId>
  readonly find: (text: string, more?: Partial<Query>) => Promise<string[]>
}

async function scene(database = openMemoryDatabase()): Promise<Scene> {
  const people = new People()
  const clock = new FakeClock()
  const [me, bea] = [await people.person(), await people.person()]
  const here = await home(me, { people, wire: new Wire(), clock, database })
  homes.push(here)
  const { chat } = here
  const [withBea, notes] = [chat.open(bea.account).id, chat.open(me.account).id]
  return {
    chat,
    database,
    clock,
    here,
    bea: withBea,
    notes,
    async say(text, conversation = withBea) {
      await clock.advance(1_000)
      return (await chat.send(conversation, { text })).id
    },
    async find(text, more = {}) {
      const { hits } = await here.chat.find({ text, ...more }, { limit: 50 })
      return hits.map(({ message }) => message.text)
    },
  }
}

/** All that the index and what stands beside it hold, as bytes. */
function bytesOfIndex(database: Database): string {
  const tables = database.prepare<[], { name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND (name LIKE 'chat_words%' OR name LIKE 'chat_find_%')`,
  )
  const rows = tables.all().flatMap(({ name }) => database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${name}`).all())
  return rows.flatMap((row) => Object.values(row)).map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value))).join('\n')
}

/** In the index words stand as bytes, without what they share with the word before them. */
const asBytes = (word: string): string => Buffer.from(word).toString('latin1')

describe('search', () => {
  it('finds words of all conversations, the newest first, and the last of them as it is being typed', async () => {
    const { say, find, notes } = await scene()
    await say('Meet me at the harbour')
    await say('Harbour master: call him', notes)
    await say('nothing of it')
    expect(await find('harbour')).toEqual(['Harbour master: call him', 'Meet me at the harbour'])
    expect(await find('harb')).toHaveLength(2)
    expect(await find('harb ')).toEqual([])
    expect(await find('me harb')).toEqual(['Meet me at the harbour'])
    expect(await find('h')).toHaveLength(2)
    expect(await find('meet h')).toEqual(['Meet me at the harbour'])
    expect(await find('"the harbour"')).toEqual(['Meet me at the harbour'])
    expect(await find('"harbour the"')).toEqual([])
  })

  it('finds signs of scripts without spaces', async () => {
    const { say, find } = await scene()
    await say('我们明天在港口见')
    await say('天明我们走')
    expect(await find('明天')).toEqual(['我们明天在港口见'])
    expect(await find('我们')).toHaveLength(2)
    expect(await find('港')).toHaveLength(1)
  })

  it('is narrowed down by conversation, person, kind and time', async () => {
    const { say, find, notes, bea, chat, clock } = await scene()
    await say('a link https://example.org')
    await say('plain words')
    const betweenMs = clock.nowMs() + 500
    await say('plain words again', notes)
    expect(await find('plain', { conversation: bea })).toEqual(['plain words'])
    expect(await find('', { kind: 'links' })).toEqual(['a link https://example.org'])
    expect(await find('plain', { sinceMs: betweenMs })).toEqual(['plain words again'])
    expect(await find('plain', { untilMs: betweenMs })).toEqual(['plain words'])
    const me = chat.conversations().find(({ kind }) => kind === 'self')?.with ?? undefined
    expect(await find('', { from: me })).toHaveLength(3)
    const other = chat.conversations().find(({ kind }) => kind === 'direct')?.with ?? undefined
    expect(await find('', { from: other })).toEqual([])
    expect(await find('', { kind: 'pictures' })).toEqual([])
  })

  it('gives all of them once, a page after another', async () => {
    const { say, chat } = await scene()
    for (let at = 0; at < 25; at++) await say(`number ${at} of many`)
    const seen: string[] = []
    let next: string | null | undefined
    do {
      const page = await chat.find({ text: 'many' }, { limit: 10, next: next ?? undefined })
      seen.push(...page.hits.map(({ message }) => message.text))
      next = page.next
    } while (next !== null)
    expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => `number ${24 - at} of many`))
    expect((await chat.find({ text: 'many' }, { limit: 10, next: 'nonsense' })).hits).toEqual([])
  })

  it('knows an edited message by its new words alone', async () => {
    const { say, find, chat } = await scene()
    const id = await say('the colour is crimson')
    expect(await find('crimson')).toHaveLength(1)
    await chat.edit(id, 'the colour is blue', [])
    expect(await find('crimson')).toEqual([])
    expect(await find('colour blue')).toEqual(['the colour is blue'])
  })

  it('finds nothing of what was taken back, removed or cleared', async () => {
    const { say, find, chat, bea } = await scene()
    const [one, two] = [await say('first walrus'), await say('second walrus')]
    await say('third walrus')
    expect(await find('walrus')).toHaveLength(3)
    await chat.remove(one, 'everyone')
    await chat.remove(two, 'me')
    expect(await find('walrus')).toEqual(['third walrus'])
    await chat.clear(bea)
    expect(await find('walrus')).toEqual([])
  })

  it('does not show what is not for the eyes of this person, as of a member who was removed', async () => {
    const { say, find, database } = await scene()
    await say('seen by nobody')
    expect(await find('nobody')).toHaveLength(1)
    database.prepare('UPDATE chat_messages SET hidden = 1').run()
    expect(await find('nobody')).toEqual([])
    expect(await find('')).toEqual([])
  })

  it('keeps no byte of words that are gone, and all of the others', async () => {
    const { say, find, chat, database, clock } = await scene()
    const gone: [MessageId, string][] = []
    for (let at = 0; at < 120; at++) {
      // The first sign is of no other word, so that none of it can stand in the index as what two words share.
      const word = `${String.fromCodePoint(0x0531 + (at % 38))}${String.fromCodePoint(0x10a0 + Math.floor(at / 38))}${at}zz`.toLowerCase()
      gone.push([await say(`before ${word} behind`), word])
    }
    for (let at = 0; at < 40; at++) await say(`stays number${at}`)
    expect(await find('behind')).toHaveLength(50)
    const before = bytesOfIndex(database)
    expect(gone.filter(([, word]) => before.includes(asBytes(word))).length).toBeGreaterThan(0)
    for (const [id] of gone.slice(0, 60)) await chat.remove(id, 'everyone')
    for (const [id, word] of gone.slice(60)) await chat.edit(id, `other ${word.length}`, [])
    await find('behind')
    await clock.advance(10_000)
    await chat.find({ text: 'stays' }, { limit: 1 })
    await expect.poll(() => database.prepare('SELECT 1 FROM chat_words_gone').get()).toBeUndefined()
    const after = bytesOfIndex(database)
    expect(gone.filter(([, word]) => after.includes(asBytes(word)))).toEqual([])
    expect(after).not.toContain('behind')
    expect(await find('stays')).toHaveLength(40)
    database.prepare(`INSERT INTO chat_find (chat_find) VALUES ('integrity-check')`).run()
  })

  it('puts messages of before there was an index into it', async () => {
    const { say, find, database, here } = await scene()
    await say('as old as the hills')
    for (const { name, type } of database.prepare<[], { name: string; type: string }>(`SELECT name, type FROM sqlite_schema WHERE (name LIKE 'chat_words%' AND type IN ('table', 'trigger')) OR name = 'chat_find'`).all()) {
      if (type === 'trigger' || name === 'chat_find') database.prepare(`DROP ${type} IF EXISTS ${name}`).run()
    }
    for (const name of ['chat_words', 'chat_words_gone', 'chat_words_due']) database.prepare(`DROP TABLE ${name}`).run()
    database.prepare(`DELETE FROM migrations WHERE feature = 'chat-search'`).run()
    await here.restart()
    expect(await find('hills')).toEqual(['as old as the hills'])
  })

  it.each(['"', 'NEAR(harbour, 2)', 'harbour OR *', 'x'.repeat(256), '\u0000', "' UNION SELECT 1 --", '((((', '"""""', '\ud800'])(
    'takes %j for words, and fails on none of it',
    async (text) => {
      const { say, find } = await scene()
      await say('harbour')
      expect(await find(text)).toEqual([])
    },
  )
})
