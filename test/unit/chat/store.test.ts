import { describe, expect, test } from 'vitest'
import { LogStore } from '../../../src/main/features/chat/store.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Pen } from './entries.ts'
import { home, textsWith } from './household.ts'
import { People } from './people.ts'
import { Wire } from './wire.ts'

/** A database whose next commit fails, as on a full disk. */
class FailingDatabase implements Database {
  readonly #database = openMemoryDatabase()
  readonly path = this.#database.path
  readonly migrate = this.#database.migrate.bind(this.#database)
  readonly prepare = this.#database.prepare.bind(this.#database)
  readonly beside = this.#database.beside.bind(this.#database)
  readonly close = this.#database.close.bind(this.#database)
  readonly onRollback = this.#database.onRollback.bind(this.#database)
  fails = false

  transaction<T>(body: () => T): T {
    return this.#database.transaction(() => {
      const result = body()
      if (this.fails) throw new Error('the disk is full')
      return result
    })
  }
}

async function store() {
  const people = new People()
  const [mine, theirs] = [await people.person(), await people.person()]
  const database = new FailingDatabase()
  const logs = new LogStore(database, mine.account)
  const { id } = logs.transaction(() => logs.openConversation(theirs.account, 1))
  return { database, logs, mine, theirs, id }
}

describe('what is remembered of conversations and logs', () => {
  test('is what a new start would read', async () => {
    const { database, logs, mine, theirs, id } = await store()
    const [pen, other] = [new Pen(mine, theirs.account), new Pen(theirs, mine.account)]
    for (const text of ['one', 'two']) {
      const entries = [await pen.say(text), await other.say(text)]
      logs.transaction(() => entries.forEach((signed) => logs.append(id, { signed, block: null }, 2)))
    }
    const delivered = { step: 'delivered', account: theirs.account, atMs: 3, sentMs: null, route: null } as const
    logs.transaction(() => {
      logs.advance({ conversation: id, device: mine.peerId, seq: 1 }, delivered)
      logs.setRead(id, 2)
      logs.setReceipted(id, 2)
    })
    const again = new LogStore(database, mine.account)
    expect(again.conversations()).toEqual(logs.conversations())
    expect(again.conversation(id)).toMatchObject({ entries: 4, position: 4, unread: 1, waiting: 1, readPosition: 2 })
    expect(again.logs(1)).toEqual(logs.logs(1))
    expect(again.head(1, mine.peerId)).toMatchObject({ seq: 2 })
    expect(again.mark(again.head(1, mine.peerId)?.key ?? 0, theirs.account)).toMatchObject({ delivered: 1, read: 0 })
  })

  test('is what it was before a transaction that failed', async () => {
    const { database, logs, mine, theirs, id } = await store()
    const entry = await new Pen(mine, theirs.account).say('lost')
    database.fails = true
    expect(() => logs.transaction(() => logs.append(id, { signed: entry, block: null }, 2))).toThrow('the disk is full')
    expect(logs.conversation(id)).toMatchObject({ entries: 0, waiting: 0 })
    expect(logs.head(1, mine.peerId)).toBeNull()
    expect(logs.isWaiting(theirs.account)).toBe(false)
    database.fails = false
    logs.transaction(() => logs.append(id, { signed: entry, block: null }, 2))
    expect(logs.head(1, mine.peerId)).toMatchObject({ seq: 1, id: entry.id })
  })
})

test('a message that could not be stored was not sent, and the next one is the first', async () => {
  const people = new People()
  const wire = new Wire()
  const database = new FailingDatabase()
  const a = await home(await people.person(), { people, wire, database })
  const b = await home(await people.person(), { people, wire })
  const { id } = a.chat.open(b.device.account)
  database.fails = true
  await expect(a.chat.send(id, { text: 'lost' })).rejects.toThrow('the disk is full')
  database.fails = false
  await a.chat.send(id, { text: 'kept' })
  await eventually('delivery', () => textsWith(b, a.device.account).length > 0)
  expect(textsWith(b, a.device.account)).toEqual(['kept'])
  await a.stop()
  await b.stop()
})

test('what could not be stored is not acknowledged, and comes again', async () => {
  const people = new People()
  const wire = new Wire()
  const database = new FailingDatabase()
  const a = await home(await people.person(), { people, wire })
  const b = await home(await people.person(), { people, wire, database })
  const { id } = a.chat.open(b.device.account)
  database.fails = true
  await a.chat.send(id, { text: 'hello' })
  await eventually('the failure', () => a.chat.conversations()[0]?.waitingFor === 'peer')
  expect(b.chat.conversations()).toEqual([])
  database.fails = false
  a.chat.wake(b.device.account)
  await eventually('delivery', () => a.chat.conversations()[0]?.waiting === 0)
  expect(textsWith(b, a.device.account)).toEqual(['hello'])
  expect(b.offences).toEqual([])
  await a.stop()
  await b.stop()
})
