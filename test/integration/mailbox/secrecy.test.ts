import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../../src/main/platform/database.ts'
import type { FrameStream, PeerStreams } from '../../../src/main/platform/streams.ts'
import { LETTER_SIZES, MAILBOX_TERMS, openLetter } from '../../../src/main/protocols/mailbox/index.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { acquainted, bytes, MOMENT_MS, rowsOf, town, type Resident, type Town } from './mail-town.ts'

let where: Town
let folder: string

beforeEach(() => {
  where = town()
  folder = mkdtempSync(join(tmpdir(), 'latch-mail-'))
})

afterEach(async () => {
  await where.close()
  rmSync(folder, { recursive: true })
})

const databaseKey = new Uint8Array(32).fill(7)
const blob = (row: Record<string, unknown> | undefined, name: string): Buffer => Buffer.from(row?.[name] as Uint8Array)
const lettersAt = (ivy: Resident): Buffer[] => rowsOf(ivy.database, 'mail_letters').map((row) => blob(row, 'sealed'))

/** All that somebody who takes the disk and the key of the database has: opens a letter with whatever key is there. */
async function thief(path: string, me: PeerId, letter: Uint8Array): Promise<string | null> {
  const copy = join(folder, `stolen-${stolen++}`)
  copyFileSync(path, copy)
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
  const database = openDatabase(copy, databaseKey)
  try {
    for (const row of [...rowsOf(database, 'mail_own_keys'), ...rowsOf(database, 'mail_weekly')]) {
      const opened = await openLetter(letter, me, blob(row, 'private'))
      if (opened.outcome === 'opened') return Buffer.from(opened.letter.body).toString()
    }
    return null
  } finally {
    database.close()
  }
}
let stolen = 0

/** Every page of the database as it lies on the disk, deciphered. */
function pagesOf(path: string): Buffer {
  const sqlite = new Sqlite(path, { readonly: true })
  sqlite.pragma(`cipher = 'chacha20'`)
  const head = readFileSync(path).subarray(0, 16)
  sqlite.pragma(`key = 'raw:${Buffer.from(databaseKey).toString('hex')}${head.toString('hex')}'`)
  try {
    return sqlite.serialize()
  } finally {
    sqlite.close()
  }
}

test('who steals everything after a letter was read cannot read the letter; a day before, they could', async () => {
  const path = join(folder, 'latch.db')
  const ann = await where.resident('Ann')
  const ivy = await where.resident('Ivy')
  const bea = await where.resident('Bea', { database: openDatabase(path, databaseKey) })
  await acquainted(where, ann, bea, ivy)
  await where.part(bea, ivy)
  await where.part(ann, bea)
  await ann.mailbox.deliver(bea.peerId, bytes('burn after reading'))
  const [letter = Buffer.alloc(0)] = lettersAt(ivy)
  expect(await thief(path, bea.peerId, letter)).toBe('burn after reading')

  const loggedBytes = statSync(`${path}-wal`).size
  const before = new Map(rowsOf(bea.database, 'mail_own_keys').map((row) => [String(row['id']), blob(row, 'private')]))
  await bea.mailbox.collect()
  expect(bea.taken.map(({ text }) => text)).toEqual(['burn after reading'])
  expect(await thief(path, bea.peerId, letter)).toBeNull()

  const left = new Set(rowsOf(bea.database, 'mail_own_keys').map(({ id }) => String(id)))
  const destroyed = [...before].filter(([id]) => !left.has(id)).map(([, key]) => key)
  expect(destroyed).toHaveLength(1)
  // Nor does it lie in what is left of a page, or in the log of what was written, which was begun anew once it was destroyed.
  expect(statSync(`${path}-wal`).size).toBeLessThan(Math.min(loggedBytes, 20_000))
  const pages = pagesOf(path)
  expect(pages.includes([...before.values()].find((key) => !destroyed.includes(key)) ?? Buffer.from('none'))).toBe(true)
  expect(pages.includes(destroyed[0] ?? Buffer.alloc(0))).toBe(false)
})

test('two weeks after the weekly key was replaced, what was sealed to it is closed for good', async () => {
  const path = join(folder, 'latch.db')
  const ann = await where.resident('Ann')
  const ivy = await where.resident('Ivy')
  const bea = await where.resident('Bea', { database: openDatabase(path, databaseKey) })
  await acquainted(where, ann, bea, ivy)
  await where.part(bea, ivy)
  await where.part(ann, bea)
  ann.database.prepare('DELETE FROM mail_their_keys').run()
  await ann.mailbox.deliver(bea.peerId, bytes('weekly'))
  const [letter = Buffer.alloc(0)] = lettersAt(ivy)
  await bea.mailbox.collect()
  expect(bea.taken).toMatchObject([{ secrecy: 'weekly' }])
  expect(await thief(path, bea.peerId, letter)).toBe('weekly')
  for (let week = 0; week < 4; week++) {
    where.clock.jump(7 * 86_400_000)
    await where.clock.advance(3_700_000)
    await where.clock.advance(MOMENT_MS)
  }
  expect(await thief(path, bea.peerId, letter)).toBeNull()
})

test('what a sender keeps of a letter opens it neither', async () => {
  const path = join(folder, 'latch.db')
  const ann = await where.resident('Ann', { database: openDatabase(path, databaseKey) })
  const ivy = await where.resident('Ivy')
  const bea = await where.resident('Bea')
  await acquainted(where, ann, bea, ivy)
  await where.part(bea, ivy)
  await ann.mailbox.deliver(bea.peerId, bytes('mine'))
  expect(await thief(path, bea.peerId, lettersAt(ivy)[0] ?? Buffer.alloc(0))).toBeNull()
})

test('all that a holder gets and keeps says for whom and how large, and nothing of who wrote, to which account, or what', async () => {
  const heard: Uint8Array[] = []
  const ann = await where.resident('Ann')
  const bea = await where.resident('Bea')
  const ivy = await where.resident('Ivy', { streams: (streams) => overhearing(streams, heard) })
  await acquainted(where, ann, bea, ivy)
  await where.part(bea, ivy)
  heard.length = 0
  const text = 'conversation k2q7 at noon, says Ann'
  for (const letter of [text, text.padEnd(5_000, text), text]) await ann.mailbox.deliver(bea.peerId, bytes(letter))
  expect(heard.length).toBeGreaterThanOrEqual(6)
  const kept = rowsOf(ivy.database, 'mail_letters').flatMap((row) => [blob(row, 'sealed'), Buffer.from(String(row['digest']))])
  const all = Buffer.concat([...heard, ...kept])
  const cid = Buffer.from(ann.node.libp2p.peerId.toMultihash().bytes)
  const names = [text, 'conversation', 'noon', ann.peerId, ann.account, cid, ann.deviceKey.publicKey.raw, bea.account, ivy.account]
  for (const name of names) expect(all.includes(Buffer.from(name))).toBe(false)
  expect(bea.taken).toEqual([])
  await bea.mailbox.collect()
  expect(bea.taken).toHaveLength(3)
})

test('no two letters have anything in common but their size, and that is one of five', async () => {
  const ann = await where.resident('Ann')
  const bea = await where.resident('Bea')
  const ivy = await where.resident('Ivy')
  await acquainted(where, ann, bea, ivy)
  await where.part(bea, ivy)
  await where.part(ann, bea)
  // The last ones to the weekly key.
  for (let at = 0; at < 70; at++) await ann.mailbox.deliver(bea.peerId, bytes('a'.repeat(1 + 17 * at)))
  await ann.mailbox.deliver(bea.peerId, bytes('b'.repeat(1_700)))
  const letters = lettersAt(ivy)
  expect(letters.slice(0, 70).map(({ byteLength }) => byteLength)).toEqual(Array(70).fill(2_048))
  expect(letters.at(-1)?.byteLength).toBe(8_192)
  expect(letters.every(({ byteLength }) => LETTER_SIZES.includes(byteLength))).toBe(true)
  expect(new Set(letters.map((letter) => letter[0]))).toEqual(new Set([1]))
  for (const [from, to] of [[1, 17], [17, 49], [49, 2_048]]) {
    expect(new Set(letters.map((letter) => letter.subarray(from, to).toString('hex'))).size).toBe(71)
  }
})

/** Keeps all that is read from those who open a stream of the mailbox. */
function overhearing(streams: PeerStreams, heard: Uint8Array[]): PeerStreams {
  return {
    open: (...about) => streams.open(...about),
    serve(terms, handler) {
      if (terms.protocol !== MAILBOX_TERMS.protocol) return streams.serve(terms, handler)
      return streams.serve(terms, (stream) => handler(tapped(stream, heard)))
    },
  }
}

function tapped(stream: FrameStream, heard: Uint8Array[]): FrameStream {
  return {
    peer: stream.peer,
    protocol: stream.protocol,
    over: stream.over,
    async read(signal) {
      const frame = await stream.read(signal)
      if (frame !== null) heard.push(frame)
      return frame
    },
    write: (...about) => stream.write(...about),
    end: () => stream.end(),
    abort: (why) => stream.abort(why),
  }
}
