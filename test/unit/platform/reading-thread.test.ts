import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase, openMemoryDatabase } from '../../../src/main/platform/database.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-beside-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

function opened() {
  const path = join(folder, 'latch.db')
  const database = openDatabase(path, new Uint8Array(32).fill(7))
  database.migrate('test', ['CREATE TABLE words (n INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT'])
  const put = database.prepare<[string]>('INSERT INTO words (word) VALUES (?)')
  const thread = database.beside()
  if (thread === null) throw new Error('no thread beside a database on the disk')
  return { path, database, put, thread }
}

const WORDS = 'SELECT word FROM words WHERE n >= ? ORDER BY n'

describe('a connection beside that of the database', () => {
  test('reads what was committed when it was asked, under the same key', async () => {
    const { database, put, thread } = opened()
    put.run('one')
    const first = thread.all(WORDS, [0])
    expect(await first).toEqual([{ word: 'one' }])
    put.run('two')
    expect(await Promise.all([thread.all(WORDS, [0]), thread.all(WORDS, [2])])).toEqual([[{ word: 'one' }, { word: 'two' }], [{ word: 'two' }]])
    await thread.close()
    database.close()
  })

  test('writes nothing, and goes on after what it could not do', async () => {
    const { database, thread } = opened()
    await expect(thread.all('SELECT word FROM nowhere', [])).rejects.toThrow('no such table')
    await expect(thread.all(`INSERT INTO words (word) VALUES ('x') RETURNING n`, [])).rejects.toThrow('readonly')
    expect(await thread.all(WORDS, [0])).toEqual([])
    await thread.close()
    database.close()
  })

  test('leaves nothing open: what was asked fails, and the database goes whole into its file', async () => {
    const { path, database, put, thread } = opened()
    put.run('one')
    await thread.all(WORDS, [0])
    const unanswered = thread.all(WORDS, [0]).catch((error: Error) => error.message)
    await thread.close()
    expect(await unanswered).toBe('the thread was closed')
    await expect(thread.all(WORDS, [0])).rejects.toThrow('the thread was closed')
    database.close()
    expect(existsSync(`${path}-wal`)).toBe(false)
  })

  test('is not there for one in memory, which nobody else sees', () => {
    const database = openMemoryDatabase()
    expect(database.beside()).toBeNull()
    database.close()
  })
})
