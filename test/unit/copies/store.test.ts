import { lstat, mkdtemp, readdir, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { Making } from '../../../src/main/features/copies/making.ts'
import { migrations } from '../../../src/main/features/copies/migrations.ts'
import { BlockFiles } from '../../../src/main/features/copies/store/block-files.ts'
import { BlockStore } from '../../../src/main/features/copies/store/block-store.ts'
import { CopyRows } from '../../../src/main/features/copies/store/copy-rows.ts'
import { Room } from '../../../src/main/features/copies/store/room.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { DAY, SECOND } from '../../../src/shared/units.ts'
import { alice, site, sourceOf } from '../../integration/copies/copy-town.ts'
import { idOf } from '../../helpers/bad-trees.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const block = (at: number): Uint8Array => new Uint8Array(1_000).fill(at)
const id = (at: number): string => idOf('raw', block(at))
const never = new AbortController().signal

let folder: string
let clock: FakeClock
let database: Database
let stopped: AbortController
let store: BlockStore
let rows: CopyRows

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-blocks-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  clock = new FakeClock()
  database = openMemoryDatabase()
  database.migrate('copies', migrations)
  stopped = new AbortController()
  store = new BlockStore({ database, clock, log: silentLog, folder, signal: stopped.signal, onBytes: () => {} })
  rows = new CopyRows(database, silentLog)
})

const pathOf = (at: number): string => join(folder, id(at).slice(-2), id(at))
const filesHere = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).filter((name) => name.length > 60)

describe('blocks on the disk', () => {
  test('that cannot be read just now are not thrown away', async () => {
    const tree = store.tree('one')
    await store.put(tree, id(1), block(1))
    await unlink(pathOf(1))
    // As when too many files are open: there is something, and it is not to be had.
    await symlink(pathOf(1), pathOf(1))
    expect(await store.get(id(1))).toBeNull()
    expect(store.has(id(1))).toBe(true)
    expect((await lstat(pathOf(1))).isSymbolicLink()).toBe(true)
    expect(await new BlockFiles(folder).read(id(1))).toBe('unreadable')
    await unlink(pathOf(1))
    await writeFile(pathOf(1), block(1))
    expect(await store.get(id(1))).toEqual(Buffer.from(block(1)))
  })

  test('that come for a tree which was removed meanwhile are not kept', async () => {
    const [gone, tree] = [store.tree('gone'), store.tree('there')]
    await store.put(tree, id(1), block(1))
    await store.remove(gone)
    await store.put(gone, id(1), block(1))
    await store.put(gone, id(2), block(2))
    expect([store.has(id(1)), store.has(id(2)), store.bytes]).toEqual([true, false, 1_000])
    expect(await filesHere()).toHaveLength(1)
    await store.remove(tree)
    expect([store.bytes, await filesHere()]).toEqual([0, []])
  })

  test('that a crash left, and that are fetched again while the folder is tidied, stay there', async () => {
    const tree = store.tree('one')
    for (let round = 0; round < 10; round++) {
      const blocks = Array.from({ length: 40 }, (_, at) => Buffer.from(`block ${round} ${at}`))
      const left = new BlockFiles(folder)
      for (const bytes of blocks) await left.write(idOf('raw', bytes), bytes)
      await Promise.all([store.tidy(), ...blocks.map((bytes) => store.put(tree, idOf('raw', bytes), bytes))])
      for (const bytes of blocks) expect(await store.get(idOf('raw', bytes))).toEqual(bytes)
    }
  })

  test('that are found damaged while they are written anew stay there, and stay written down', async () => {
    const tree = store.tree('one')
    for (let round = 0; round < 50; round++) {
      await store.put(tree, id(1), block(1))
      await writeFile(pathOf(1), 'something else')
      await Promise.all([store.get(id(1)), store.get(id(1)), store.put(tree, id(1), block(1)), store.get(id(1))])
      expect(await store.get(id(1))).toEqual(Buffer.from(block(1)))
      await store.tidy()
      expect(await filesHere()).toHaveLength(1)
    }
  })

  test('that go with one tree while another gets them stay there', async () => {
    for (let round = 0; round < 50; round++) {
      const [old, fresh] = [store.tree(`old ${round}`), store.tree(`fresh ${round}`)]
      for (const at of [1, 2, 3, 4]) await store.put(old, id(at), block(at))
      await Promise.all([store.remove(old), ...[1, 2, 3, 4].map((at) => store.put(fresh, id(at), block(at)))])
      for (const at of [1, 2, 3, 4]) expect(await store.get(id(at))).toEqual(Buffer.from(block(at)))
      await store.remove(fresh)
      expect(await filesHere()).toEqual([])
    }
  })

  test('that are not there when all is to be settled are named, and no longer written down', async () => {
    const tree = store.tree('one')
    for (const at of [1, 2, 3]) await store.put(tree, id(at), block(at))
    await unlink(pathOf(2))
    const lost = await store.settle([id(1), id(2), id(3), id(4)])
    expect(lost.toSorted()).toEqual([id(2), id(4)].toSorted())
    expect([1, 2, 3].map((at) => store.has(id(at)))).toEqual([true, false, true])
  })

  test('that are lost are counted out one by one', async () => {
    const tree = store.tree('one')
    for (const at of [1, 2, 3]) await store.put(tree, id(at), block(at))
    store.flush()
    for (const at of [1, 3]) await unlink(pathOf(at))
    for (const at of [1, 2, 3]) await store.get(id(at))
    expect(store.bytes).toBe(1_000)
  })

  test('that come after the node stopped are not written down: the database is closed by then', async () => {
    const tree = store.tree('one')
    const late = store.put(tree, id(1), block(1))
    stopped.abort(new Error('stopping'))
    store.flush()
    database.close()
    await late
    await clock.advance(1 * SECOND)
    expect(await filesHere()).toHaveLength(1)
  })

  test('of a copy whose line cannot be read any more are those of no copy, and the others are there', () => {
    rows.put({ site, owner: alice, here: null, next: null, keptMs: 1, isServed: true, servedBytes: 0 })
    database.prepare("INSERT INTO copies SELECT 'No Site', owner, cid, files, bytes, kept_ms, next_cid, next_files, next_bytes, next_done, next_state, next_why, is_served, served_bytes FROM copies").run()
    expect(rows.all().map((row) => row.site)).toEqual([site])
  })
})

describe('the tree of an own site', () => {
  function making(more: Partial<ConstructorParameters<typeof Making>[0]> = {}): Making {
    const freeBytes = (): Promise<null> => Promise.resolve(null)
    return new Making({
      clock,
      log: silentLog,
      store,
      rows,
      room: new Room(freeBytes),
      freeBytes,
      sweep: () => Promise.resolve(0),
      unswept: (run) => run(),
      onServed: () => {},
      stopped: stopped.signal,
      ...more,
    })
  }
  const made = (text: string, by = making()): Promise<{ cid: string }> => by.make(site, sourceOf({ 'index.html': text }), never, () => {})

  test('that was made last is the newest, whatever the clock says', async () => {
    const first = await made('one')
    clock.jump(-DAY)
    const [second, third] = [await made('two'), await made('three')]
    expect(rows.made().map(({ cid }) => cid)).toEqual([third.cid, second.cid])
    await made('one')
    expect(rows.made().map(({ cid }) => cid)).toEqual([first.cid, third.cid])
  })

  test('that nobody wants any more by the time it is done is not given on', async () => {
    const gate = Promise.withResolvers<void>()
    const isDone = Promise.withResolvers<void>()
    const slow = making({
      async unswept(run) {
        isDone.resolve()
        await gate.promise
        return run()
      },
    })
    const stop = new AbortController()
    const outcome = slow.make(site, sourceOf({ 'index.html': 'one' }), stop.signal, () => {}).catch((error: unknown) => error)
    await isDone.promise
    stop.abort(new Error('not published any more'))
    gate.resolve()
    expect(await outcome).toMatchObject({ message: 'not published any more' })
    expect(rows.made()).toEqual([])
    expect(await filesHere()).toEqual([])
  })

  test('says what is wrong when the disk is full, also that of the database', async () => {
    const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    store.rename = () => Promise.reject(full)
    await expect(made('one', making({ sweep: () => Promise.reject(full) }))).rejects.toMatchObject({ code: 'TOO_LARGE', message: 'The disk is full. Make room, and go on.' })
  })

  test('of too many files says how many there may be', async () => {
    const tooMany = async function* () {
      for (let at = 0; at < 33_000; at++) yield await Promise.resolve({ path: `${at}.html`, bytes: 1, read: () => sourceOf({}) as never })
    }
    await expect(making().make(site, tooMany(), never, () => {})).rejects.toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('32,768 files and folders') })
  })
})
