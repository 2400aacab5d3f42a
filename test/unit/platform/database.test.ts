import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import { type Database, openDatabase, openMemoryDatabase } from '../../../src/main/platform/database.ts'

const key = new Uint8Array(32).fill(7)
const first = ['CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT']
const second = [...first, `ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'white'`]

let folder: string
let path: string
let opened: Database[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latch-db-'))
  path = join(folder, 'latch.db')
  opened = []
})

afterEach(() => {
  for (const database of opened) database.close()
  rmSync(folder, { recursive: true })
})

function open(...args: Parameters<typeof openDatabase>): Database {
  const database = openDatabase(...args)
  opened.push(database)
  return database
}

function write(text: string): void {
  const database = openDatabase(path, key)
  database.migrate('notes', first)
  database.prepare('INSERT INTO notes (text) VALUES (?)').run(text)
  database.close()
}

function texts(database: Database): string[] {
  return database.prepare<[], { text: string }>('SELECT text FROM notes').all().map((row) => row.text)
}

function failure(run: () => unknown): LatchError {
  try {
    run()
  } catch (error) {
    if (error instanceof LatchError) return error
    throw error
  }
  throw new Error('did not fail')
}

describe('an encrypted database', () => {
  it('gives back what was written, and shows nothing of it on the disk', () => {
    write('a sentence nobody else should read')
    expect(texts(open(path, key))).toEqual(['a sentence nobody else should read'])
    const bytes = readFileSync(path).toString('latin1')
    expect(bytes).not.toContain('nobody')
    expect(bytes).not.toContain('SQLite format')
    expect(bytes).not.toContain('CREATE TABLE')
  })

  it.skipIf(process.platform === 'win32')('is readable by its owner alone, its log too', () => {
    const database = open(path, key)
    database.migrate('notes', first)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0)
    expect(readdirSync(folder)).toContain('latch.db-wal')
  })

  it('keeps foreign keys, a write-ahead log and a sync at each commit', () => {
    const database = open(path, key)
    const setting = (name: string): unknown => database.prepare(`PRAGMA ${name}`).get()
    expect(setting('foreign_keys')).toEqual({ foreign_keys: 1 })
    expect(setting('journal_mode')).toEqual({ journal_mode: 'wal' })
    expect(setting('synchronous')).toEqual({ synchronous: 2 })
  })

  it('says LOCKED for another key, and leaves the file as it is', () => {
    write('hello')
    const before = readFileSync(path)
    const error = failure(() => openDatabase(path, new Uint8Array(32).fill(8)))
    expect(error.code).toBe('LOCKED')
    expect(error.message).toContain(path)
    expect(readFileSync(path)).toEqual(before)
    expect(texts(open(path, key))).toEqual(['hello'])
  })

  it.each([
    ['a damaged first page', (bytes: Buffer) => bytes.fill(0xff, 100, 200)],
    ['a file cut in half', (bytes: Buffer) => bytes.subarray(0, 2_000)],
    ['an empty file', () => Buffer.alloc(0)],
  ])('says DAMAGED for %s, and leaves it as it is', (_, damage) => {
    write('hello')
    const bytes = damage(readFileSync(path))
    writeFileSync(path, bytes)
    const error = failure(() => openDatabase(path, key))
    expect(error.code).toBe('DAMAGED')
    expect(error.message).toContain(path)
    expect(readFileSync(path)).toEqual(bytes)
  })

  it('says DAMAGED when a page deeper in the file is met in a transaction', () => {
    write('x'.repeat(100_000))
    const size = statSync(path).size
    const bytes = readFileSync(path)
    bytes.fill(0xff, size - 4_096)
    writeFileSync(path, bytes)
    const database = open(path, key)
    expect(failure(() => database.transaction(() => texts(database))).code).toBe('DAMAGED')
  })

  it('says DAMAGED when a page deeper in the file is met outside a transaction, as each feature does at the start', () => {
    write('x'.repeat(100_000))
    const bytes = readFileSync(path)
    bytes.fill(0xff, bytes.byteLength - 4_096)
    writeFileSync(path, bytes)
    const database = open(path, key)
    expect(failure(() => texts(database)).code).toBe('DAMAGED')
  })

  it('does not write what a killed process left into another database, and keeps it', () => {
    const killed = openDatabase(path, key)
    killed.migrate('notes', first)
    const wal = readFileSync(`${path}-wal`)
    killed.close()
    // As a person does who follows "move it away", and moves what they see the name of.
    rmSync(path)
    writeFileSync(`${path}-wal`, wal)
    const error = failure(() => openDatabase(path, key))
    expect(error.code).toBe('DAMAGED')
    expect(error.message).toContain('latch.db-wal')
    expect(readdirSync(folder)).toEqual(['latch.db-wal'])
    expect(readFileSync(`${path}-wal`)).toEqual(wal)
  })

  it('says where there is no room, and leaves nothing half made', () => {
    write('hello')
    const database = open(path, key)
    database.migrate('notes', first)
    database.prepare('PRAGMA max_page_count = 1').get()
    const add = database.prepare('INSERT INTO notes (text) VALUES (?)')
    for (const run of [() => add.run('x'.repeat(9_000)), () => database.transaction(() => add.run('x'.repeat(9_000)))]) {
      expect(failure(run)).toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('is full') })
    }
    expect(texts(database)).toEqual(['hello'])
  })

  it('says that another program keeps it locked, writes nothing, and goes on when it is let go', () => {
    write('hello')
    const [database, other] = [open(path, key), open(path, key)]
    database.migrate('notes', first)
    const add = database.prepare('INSERT INTO notes (text) VALUES (?)')
    other.transaction(() => {
      expect(failure(() => add.run('meanwhile'))).toMatchObject({ code: 'BUSY', message: expect.stringMatching(/keeps it locked\. Nothing was written\./) })
    })
    add.run('after')
    expect(texts(database)).toEqual(['hello', 'after'])
  })

  it('does not take a missing file for a first start where there was one', () => {
    expect(failure(() => openDatabase(path, key, { mustExist: true })).code).toBe('DAMAGED')
    expect(readdirSync(folder)).toEqual([])
  })

  it('says LOCKED for what the system does not let it read', () => {
    mkdirSync(path)
    const error = failure(() => openDatabase(path, key))
    expect(error.code).toBe('LOCKED')
    expect(error.message).toContain(path)
  })

  it('starts afresh over what a crash left of its making', () => {
    writeFileSync(`${path}.new`, 'half')
    write('hello')
    expect(texts(open(path, key))).toEqual(['hello'])
  })

  it('refuses a key that is not 32 bytes', () => {
    expect(() => openDatabase(path, new Uint8Array(16))).toThrow('32 bytes')
  })
})

describe('a transaction', () => {
  it('takes back everything when its body throws, and nests', () => {
    const database = openMemoryDatabase()
    database.migrate('notes', first)
    const add = database.prepare('INSERT INTO notes (text) VALUES (?)')
    database.transaction(() => {
      add.run('outer')
      expect(() =>
        database.transaction(() => {
          add.run('inner')
          throw new Error('no')
        }),
      ).toThrow('no')
    })
    expect(texts(database)).toEqual(['outer'])
  })
})

describe('migrations', () => {
  it('run once, in order, each feature for itself', () => {
    const database = openMemoryDatabase()
    database.migrate('notes', first)
    database.migrate('notes', second)
    database.migrate('notes', second)
    database.migrate('other', ['CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT'])
    expect(database.prepare('SELECT feature, version FROM migrations ORDER BY feature').all()).toEqual([
      { feature: 'notes', version: 2 },
      { feature: 'other', version: 1 },
    ])
  })

  it('leave the database as it was when one step fails', () => {
    const database = openMemoryDatabase()
    database.migrate('notes', first)
    expect(() => database.migrate('notes', [...second, 'nonsense'])).toThrow('nonsense')
    database.migrate('notes', second)
    expect(database.prepare('SELECT colour FROM notes').all()).toEqual([])
  })

  it('refuse a database of a newer Latch, and change nothing', () => {
    const newer = openDatabase(path, key)
    newer.migrate('notes', second)
    newer.close()
    const database = open(path, key)
    const error = failure(() => database.migrate('notes', first))
    expect(error.code).toBe('DAMAGED')
    expect(error.message).toMatch(/newer Latch.*Nothing was changed/s)
    expect(database.prepare('SELECT version FROM migrations').all()).toEqual([{ version: 2 }])
  })

  it('keep a copy of an existing database from before the first of them', () => {
    write('before')
    expect(readdirSync(folder)).toEqual(['latch.db'])
    const database = open(path, key)
    database.migrate('notes', second)
    database.migrate('other', ['CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT'])
    expect(readdirSync(folder).filter((name) => name.includes('before'))).toEqual(['latch.db.before-notes-2'])
    const copy = open(`${path}.before-notes-2`, key)
    copy.migrate('notes', first)
    expect(texts(copy)).toEqual(['before'])
  })

  it('keep the newest three copies', () => {
    write('before')
    for (const [index, label] of ['a', 'b', 'c'].entries()) {
      writeFileSync(`${path}.before-${label}`, '')
      utimesSync(`${path}.before-${label}`, index, index)
    }
    open(path, key).migrate('notes', second)
    expect(readdirSync(folder).filter((name) => name.includes('before')).toSorted()).toEqual([
      'latch.db.before-b',
      'latch.db.before-c',
      'latch.db.before-notes-2',
    ])
  })

  it('leave no half of a copy that could not be made', () => {
    write('before')
    mkdirSync(`${path}.before-notes-2`)
    const database = open(path, key)
    expect(() => database.migrate('notes', second)).toThrow()
    database.close()
    expect(readdirSync(folder).toSorted()).toEqual(['latch.db', 'latch.db.before-notes-2'])
  })

  it('do not copy over a truncated database', () => {
    write('before')
    truncateSync(path, 0)
    expect(failure(() => openDatabase(path, key)).code).toBe('DAMAGED')
    expect(readdirSync(folder)).toEqual(['latch.db'])
  })
})
