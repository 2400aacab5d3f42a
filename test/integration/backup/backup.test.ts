import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBackup, createRestoring, type BackupFeature, type RestoringFeature } from '../../../src/main/features/backup/index.ts'
import { createIdentity, randomSeeds } from '../../../src/main/features/identity/index.ts'
import type { IdentityFeature } from '../../../src/main/features/identity/types.ts'
import { openDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { seededRandom, testVault } from '../../unit/identity/parts.ts'

const PASSPHRASE = 'four words make a passphrase'
const ROWS = 400

let root: string
let folder: string
let identity: IdentityFeature
let database: Database
let backup: BackupFeature
let clock: FakeClock
const file = (name = 'ada.latchbackup'): string => join(root, name)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latch-backup-'))
  folder = join(root, 'data')
  await mkdir(folder)
  clock = new FakeClock(Date.UTC(2026, 10, 21))
  identity = await identityIn(folder, 'ada')
  await identity.create('Ada')
  database = openDatabase(join(folder, 'latch.db'), key())
  database.migrate('test', ['CREATE TABLE said (text TEXT) STRICT; CREATE TABLE mail_own_keys (private BLOB) STRICT'])
  const insert = database.prepare<[string]>('INSERT INTO said VALUES (?)')
  database.transaction(() => {
    for (let row = 0; row < ROWS; row += 1) insert.run(`message ${row} `.repeat(50))
  })
  database.prepare('INSERT INTO mail_own_keys VALUES (x\'00\')').run()
  backup = createBackup({
    database,
    databaseKey: key(),
    clock,
    log: silentLog,
    random: seededRandom('backups'),
    account: () => ({ ...identity.me(), entropy: identity.keyring()?.entropy ?? new Uint8Array() }),
    counts: () => ({ conversations: 1, messages: ROWS }),
    revocation: async () => Uint8Array.of(1, 2, 3),
    publishRevocation: async () => ({ account: identity.me().account, told: 0 }),
    leaveOut: ['mail_own_keys', 'a_table_that_is_not_there'],
  })
  await backup.start()
})

afterEach(async () => {
  await backup.stop()
  database.close()
  await rm(root, { recursive: true, force: true })
})

const key = (): Uint8Array => identity.keyring()?.databaseKey ?? new Uint8Array(32)

function identityIn(where: string, seed: string): Promise<IdentityFeature> {
  const files = { keys: join(where, 'keys.json'), database: join(where, 'latch.db') }
  return createIdentity({ files, vault: testVault(), clock, log: silentLog, random: seededRandom(seed), deviceLabel: `${seed}'s machine` })
}

async function fresh(name = 'fresh'): Promise<{ identity: IdentityFeature; restoring: RestoringFeature; folder: string }> {
  const where = join(root, name)
  await mkdir(where)
  const empty = await identityIn(where, name)
  const restoring = createRestoring({
    clock,
    log: silentLog,
    isFresh: () => empty.current().state === 'none',
    newSeeds: () => randomSeeds(seededRandom(`seeds of ${name}`)),
    arrive: (arrival) => empty.arrive(arrival),
  })
  return { identity: empty, restoring, folder: where }
}

describe('a backup', () => {
  it('brings the account and everything in its database into an empty folder, as another device of it', async () => {
    const made = await backup.make(file(), PASSPHRASE)
    expect(made).toMatchObject({ lastMs: clock.nowMs(), lastPath: file(), running: null, why: null })
    expect(made.lastBytes).toBe((await readFile(file())).byteLength)
    expect(await readdir(root)).toEqual(['ada.latchbackup', 'data'])
    expect(await readdir(folder)).not.toContain('latch.db.backup-copy')

    const other = await fresh()
    const me = await other.restoring.restore(file(), PASSPHRASE)
    expect(me).toMatchObject({ account: identity.me().account, name: 'Ada', createdMs: identity.me().createdMs })
    expect(me.peerId).not.toBe(identity.me().peerId)
    const theirs = other.identity.keyring()?.databaseKey ?? new Uint8Array(32)
    expect(Buffer.compare(theirs, key())).not.toBe(0)
    const restored = openDatabase(join(other.folder, 'latch.db'), theirs, { mustExist: true })
    expect(restored.prepare<[], { count: number }>('SELECT count(*) AS count FROM said').get()?.count).toBe(ROWS)
    restored.close()
    expect((await readdir(other.folder)).toSorted()).toEqual(['keys.json', 'latch.db'])
  })

  it('says how far its restoring is: read once to be checked, and once to be written', async () => {
    const { lastBytes: bytes } = await backup.make(file(), PASSPHRASE)
    const { restoring } = await fresh()
    const told: unknown[] = []
    const closing = new AbortController()
    const listening = (async () => {
      for await (const item of restoring.watch(closing.signal)) told.push(item.kind === 'snapshot' ? item.snapshot.running : item.event.restoring.running)
    })()
    await eventually('the first word', () => told.length === 1)
    await restoring.restore(file(), PASSPHRASE)
    await eventually('its end', () => told.length > 1 && told.at(-1) === null)
    closing.abort()
    await listening.catch(() => {})
    const all = 2 * (bytes ?? 0)
    expect(told).toEqual([null, { doneBytes: 0, totalBytes: 0 }, { doneBytes: all, totalBytes: all }, null])
    expect(restoring.current()).toEqual({ running: null })
  })

  it('leaves nothing of a restoring that is stopped, and is restored all the same afterwards', async () => {
    await backup.make(file(), PASSPHRASE)
    const { restoring, folder: empty } = await fresh()
    const going = restoring.restore(file(), PASSPHRASE)
    expect(restoring.cancel().running).not.toBeNull()
    await expect(going).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await readdir(empty)).toEqual([])
    expect(await restoring.restore(file(), PASSPHRASE)).toMatchObject({ name: 'Ada' })
  })

  it('holds no keys that are of this device alone, and nothing of what makes itself', async () => {
    await backup.automatic({ on: true, folder: root, passphrase: PASSPHRASE, everyMs: DAY, keep: 3 })
    await backup.make(file(), PASSPHRASE)
    const other = await fresh()
    await other.restoring.restore(file(), PASSPHRASE)
    const restored = openDatabase(join(other.folder, 'latch.db'), other.identity.keyring()?.databaseKey ?? key())
    for (const table of ['mail_own_keys', 'backup_automatic', 'backup_last']) {
      expect(restored.prepare(`SELECT * FROM ${table}`).all()).toEqual([])
    }
    restored.close()
    expect(database.prepare('SELECT * FROM mail_own_keys').all()).toHaveLength(1)
  })

  it('says what it holds without taking anything of it', async () => {
    await backup.make(file(), PASSPHRASE)
    const { restoring, folder: empty } = await fresh()
    expect(await restoring.read(file(), PASSPHRASE)).toEqual({
      name: 'Ada', madeMs: clock.nowMs(), deviceLabel: "ada's machine", bytes: backup.status().lastBytes,
      conversations: 1, messages: ROWS, revocation: true,
    })
    expect(await readdir(empty)).toEqual([])
  })

  it('is of one moment, while others go on writing', async () => {
    const making = backup.make(file(), PASSPHRASE)
    database.prepare<[string]>('INSERT INTO said VALUES (?)').run('meanwhile')
    await making
    const other = await fresh()
    await other.restoring.restore(file(), PASSPHRASE)
    const restored = openDatabase(join(other.folder, 'latch.db'), other.identity.keyring()?.databaseKey ?? key())
    expect([ROWS, ROWS + 1]).toContain(restored.prepare<[], { count: number }>('SELECT count(*) AS count FROM said').get()?.count)
    restored.close()
  })

  it('shows nothing of the account to whoever has no passphrase', async () => {
    await backup.make(file(), PASSPHRASE)
    const bytes = await readFile(file())
    for (const secret of ['Ada', 'message 1', 'about', 'SQLite', identity.me().account, PASSPHRASE]) expect(bytes.includes(secret)).toBe(false)
    expect(bytes.includes(Buffer.from(identity.keyring()?.entropy ?? 'none'))).toBe(false)
  })

  it('refuses a path that is none, a folder, and a file that is something else', async () => {
    await writeFile(file('letter.txt'), 'dear Bea')
    await expect(backup.make('ada.latchbackup', PASSPHRASE)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(backup.make(root, PASSPHRASE)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(backup.make(file('letter.txt'), PASSPHRASE)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(backup.make(join(root, 'nowhere', 'x'), PASSPHRASE)).rejects.toThrow('is not there')
    expect(await readFile(file('letter.txt'), 'utf8')).toBe('dear Bea')
    expect(backup.status().why).toContain('is not there')
    await backup.make(file(), PASSPHRASE)
    await backup.make(file(), PASSPHRASE)
    expect(backup.status().why).toBeNull()
  })

  it('leaves nothing where it is cancelled, and can be made again', async () => {
    const making = backup.make(file(), PASSPHRASE)
    await eventually('a beginning', () => backup.status().running)
    await expect(backup.make(file('second'), PASSPHRASE)).rejects.toMatchObject({ code: 'BUSY' })
    await Promise.all([expect(making).rejects.toThrow('cancelled'), backup.cancel()])
    expect(await readdir(root)).toEqual(['data'])
    expect(await readdir(folder)).not.toContain('latch.db.backup-copy')
    expect((await backup.make(file(), PASSPHRASE)).lastPath).toBe(file())
  })

  it('removes at the start what a process that was ended left beside the database', async () => {
    const left = join(folder, 'latch.db.backup-copy')
    await writeFile(left, 'half a copy')
    await backup.start()
    expect(existsSync(left)).toBe(false)
  })
})

describe('a backup that cannot be restored says so in a sentence, and leaves the folder empty', () => {
  const change = (bytes: Buffer, at: number): Buffer => {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    return changed
  }
  const bad: [string, (whole: Buffer) => Buffer, string, string | RegExp][] = [
    ['of 0 bytes', () => Buffer.alloc(0), 'DAMAGED', 'is empty'],
    ['that is something else', () => Buffer.from('dear Bea, how are you'), 'BAD_INPUT', 'not a backup'],
    ['cut in its head', (whole) => whole.subarray(0, 40), 'DAMAGED', 'ends in its first bytes'],
    ['cut behind its head', (whole) => whole.subarray(0, 68), 'DAMAGED', 'ends before its end'],
    ['cut in a piece', (whole) => whole.subarray(0, whole.length - 1_000), 'DAMAGED', 'cut off'],
    ['cut between two pieces', (whole) => whole.subarray(0, 68 + 65_553), 'DAMAGED', 'ends before its end'],
    ['with a bit flipped in the first piece', (whole) => change(whole, 100), 'DAMAGED', 'changed'],
    ['with a bit flipped in the middle', (whole) => change(whole, whole.length >> 1), 'DAMAGED', 'changed'],
    ['with its last bit flipped', (whole) => change(whole, whole.length - 1), 'DAMAGED', 'changed'],
    ['with a bit flipped in its salt', (whole) => change(whole, 14), 'BAD_INPUT', 'passphrase'],
    ['with something behind it', (whole) => Buffer.concat([whole, whole.subarray(0, 100)]), 'DAMAGED', /changed|more after/],
    ['of a newer version', (whole) => Buffer.concat([whole.subarray(0, 8), Buffer.of(9), whole.subarray(9)]), 'BAD_INPUT', 'newer Latch'],
    ['that wants more memory than there is', (whole) => Buffer.concat([whole.subarray(0, 9), Buffer.of(31), whole.subarray(10)]), 'DAMAGED', 'first bytes'],
  ]

  it.each(bad)('one %s', async (_what, spoil, code, sentence) => {
    await backup.make(file(), PASSPHRASE)
    await writeFile(file('bad'), spoil(await readFile(file())))
    const { restoring, folder: empty, identity: nobody } = await fresh()
    const restored = restoring.restore(file('bad'), PASSPHRASE)
    await expect(restored).rejects.toMatchObject({ code })
    await expect(restored).rejects.toThrow(sentence)
    expect(await readdir(empty)).toEqual([])
    expect(nobody.current().state).toBe('none')
  })

  it('one under another passphrase, and then the right one', async () => {
    await backup.make(file(), 'caf\u00e9 au lait')
    const { restoring, folder: empty } = await fresh()
    await expect(restoring.restore(file(), 'cafe au lait')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(await readdir(empty)).toEqual([])
    // Another keyboard composes the letter of two.
    expect((await restoring.restore(file(), 'cafe\u0301 au lait')).name).toBe('Ada')
    await expect(restoring.restore(file(), 'caf\u00e9 au lait')).rejects.toMatchObject({ code: 'ACCOUNT_EXISTS' })
  })

  it('one that is not there', async () => {
    const { restoring } = await fresh()
    await expect(restoring.restore(file(), PASSPHRASE)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('backups that make themselves', () => {
  const made = async (): Promise<string[]> => (await readdir(root)).filter((name) => name.endsWith('.latchbackup'))

  it('are made every so often, keep the last few, and open with the passphrase that is kept nowhere', async () => {
    await backup.automatic({ on: true, folder: root, passphrase: PASSPHRASE, everyMs: HOUR, keep: 2 })
    expect(backup.status().automatic).toEqual({ folder: root, everyMs: HOUR, keep: 2 })
    let lastMs: number | null = null
    for (let turn = 0; turn < 3; turn += 1) {
      // The next one is set down once files of earlier ones are gone, a moment after this one is there.
      lastMs = await eventually('a backup', async () => {
        await clock.advance(HOUR)
        return backup.status().lastMs === lastMs || backup.status().running !== null ? null : backup.status().lastMs
      })
    }
    await eventually('two', async () => (await made()).length === 2)
    const [, newest] = await made()
    const { restoring } = await fresh()
    expect((await restoring.read(file(newest), PASSPHRASE)).name).toBe('Ada')
    await expect(restoring.read(file(newest), `${PASSPHRASE}!`)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect((await readFile(join(folder, 'latch.db'))).includes(PASSPHRASE)).toBe(false)
  })

  it('go on after a restart, and stop when they are switched off', async () => {
    await backup.automatic({ on: true, folder: root, passphrase: PASSPHRASE, everyMs: HOUR, keep: 2 })
    await backup.start()
    await backup.automatic({ on: false })
    expect(backup.status().automatic).toBeNull()
    await clock.advance(3 * HOUR)
    expect(await made()).toEqual([])
  })

  it('say why one failed, and try again', async () => {
    await mkdir(file('drive'))
    await backup.automatic({ on: true, folder: file('drive'), passphrase: PASSPHRASE, everyMs: DAY, keep: 2 })
    await rm(file('drive'), { recursive: true })
    await clock.advance(HOUR)
    await eventually('a reason', () => backup.status().why)
    await mkdir(file('drive'))
    await eventually('another try', async () => {
      await clock.advance(HOUR)
      return backup.status().lastMs
    })
    expect(backup.status().why).toBeNull()
  })

  it('want a folder that is there', async () => {
    const wanted = { on: true, folder: join(root, 'nowhere'), passphrase: PASSPHRASE, everyMs: HOUR, keep: 1 } as const
    await expect(backup.automatic(wanted)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})
