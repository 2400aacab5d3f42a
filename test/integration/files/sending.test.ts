import { link, mkdir, readdir, readFile, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { comesTo, conversation, newMessage, noiseOf, send, sendStaged, town, transferOf, type Resident } from './file-town.ts'

async function two() {
  const where = await town({ transport: 'tcp' })
  onTestFinished(() => where.close())
  return { where, ada: await where.resident('a'), bea: await where.resident('b') }
}

async function fileOf(one: Resident, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(one.folder, name)
  await writeFile(path, bytes)
  return path
}

test('a file that is let in comes whole, under its name, marked as from elsewhere', async () => {
  const { ada, bea } = await two()
  const bytes = noiseOf(5_000_001, 1)
  const done = await comesTo(bea, await send(ada, bea, await fileOf(ada, 'film.mp4', bytes)), 'done')
  expect(done.path).toBe(join(bea.downloads, 'film.mp4'))
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
  expect(await readdir(bea.downloads)).toEqual(['film.mp4'])
  expect(bea.marked).toEqual([join(bea.downloads, 'film.mp4.latch-part')])
  expect(done.doneBytes).toBe(bytes.byteLength)
  expect((await stat(done.path ?? '')).mode & 0o111).toBe(0)
  expect([...ada.offences, ...bea.offences]).toEqual([])
  await eventually('she is told who has it', () => ada.files.list()[0]?.takenBy.includes(bea.account))
})

test('a folder comes with all that is in it, and with names that can lie anywhere', async () => {
  const { ada, bea } = await two()
  const root = join(ada.folder, 'trip')
  await mkdir(join(root, 'a', 'deep er'), { recursive: true })
  const files: Record<string, Buffer> = {
    'a/one.bin': noiseOf(700_000, 2),
    'a/deep er/two.txt': Buffer.from('two'),
    'empty': Buffer.alloc(0),
    'big.bin': noiseOf(1_500_000, 3),
    '.hidden': Buffer.from('hidden'),
    'con.txt': Buffer.from('con'),
  }
  for (const [path, bytes] of Object.entries(files)) await writeFile(join(root, path), bytes)
  await symlink(join(root, 'big.bin'), join(root, 'linked'))
  const done = await comesTo(bea, await send(ada, bea, root), 'done')
  expect(done.offer).toMatchObject({ kind: 'folder', files: 6, name: 'trip' })
  const names: Record<string, string> = { '.hidden': 'hidden', 'con.txt': '_con.txt' }
  for (const [path, bytes] of Object.entries(files)) {
    expect(Buffer.compare(await readFile(join(bea.downloads, 'trip', names[path] ?? path)), bytes)).toBe(0)
  }
  expect((await readdir(join(bea.downloads, 'trip'))).toSorted()).toEqual(['_con.txt', 'a', 'big.bin', 'empty', 'hidden'])
  expect(await readdir(bea.downloads)).toEqual(['trip'])
})

test('a file of nothing comes too, and a folder of nothing', async () => {
  const { ada, bea } = await two()
  const file = await comesTo(bea, await send(ada, bea, await fileOf(ada, 'nothing', Buffer.alloc(0))), 'done')
  expect(await readFile(file.path ?? '')).toHaveLength(0)
  await mkdir(join(ada.folder, 'hollow'))
  const folder = await comesTo(bea, await send(ada, bea, join(ada.folder, 'hollow')), 'done')
  expect(await readdir(folder.path ?? '')).toEqual([])
})

test('nothing is overwritten: the second of a name gets a number', async () => {
  const { ada, bea } = await two()
  await mkdir(bea.downloads, { recursive: true })
  await writeFile(join(bea.downloads, 'a.txt'), 'hers')
  const done = await comesTo(bea, await send(ada, bea, await fileOf(ada, 'a.txt', Buffer.from('ours'))), 'done')
  expect(done.path).toBe(join(bea.downloads, 'a (2).txt'))
  expect(await readFile(join(bea.downloads, 'a.txt'), 'utf8')).toBe('hers')
  await mkdir(join(ada.folder, 'f'))
  await mkdir(join(bea.downloads, 'f'))
  expect((await comesTo(bea, await send(ada, bea, join(ada.folder, 'f')), 'done')).path).toBe(join(bea.downloads, 'f (2)'))
})

test('what the door denies is not fetched, and what it asks about waits for the person', async () => {
  const { ada, bea } = await two()
  const path = await fileOf(ada, 'a.bin', noiseOf(1_000, 4))
  bea.door = () => ({ verdict: 'deny', why: 'A rule denies files.' })
  expect(await comesTo(bea, await send(ada, bea, path), 'refused')).toMatchObject({ why: 'A rule denies files.', path: null })
  const answer = Promise.withResolvers<{ verdict: 'allow'; why: string }>()
  bea.door = () => ({ verdict: 'ask', answer: answer.promise })
  const asked = await comesTo(bea, await send(ada, bea, path), 'asked')
  answer.resolve({ verdict: 'allow', why: 'they said so' })
  await comesTo(bea, asked, 'done')
  bea.door = () => ({ verdict: 'ask', answer: new Promise(() => {}) })
  const other = await comesTo(bea, await send(ada, bea, path), 'asked')
  await bea.files.accept(other.id, join(bea.folder, 'elsewhere'))
  expect((await comesTo(bea, other, 'done')).path).toBe(join(bea.folder, 'elsewhere', 'a.bin'))
  await expect(bea.files.accept(other.id)).rejects.toMatchObject({ code: 'CONFLICT' })
  const third = await comesTo(bea, await send(ada, bea, path), 'asked')
  expect(bea.files.refuse(third.id).state).toBe('refused')
  await expect(bea.files.accept(third.id, join(bea.folder, 'data', 'x'))).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

test('an offer of a message that is not stored after all is none', async () => {
  const { ada, bea } = await two()
  const { offer } = await ada.files.stage(await fileOf(ada, 'a.bin', noiseOf(1_000, 4)), {})
  let asked = 0
  bea.door = () => ({ verdict: asked++ === 0 ? 'allow' : 'deny', why: 'a test' })
  const storing = (): void =>
    bea.database.transaction(() => {
      bea.files.offered({ conversation, message: newMessage(), from: ada.account, offer, index: 0 })
      throw new Error('no')
    })
  expect(storing).toThrow('no')
  expect(bea.files.list()).toEqual([])
  await comesTo(bea, await send(ada, bea, join(ada.folder, 'a.bin')), 'done')
  expect(asked).toBe(1)
})

test('who was not offered a file is told nothing of it', async () => {
  const { where, ada, bea } = await two()
  const cyd = await where.resident('c')
  ada.mayFetch = (_file, account) => account === bea.account
  const path = await fileOf(ada, 'a.bin', noiseOf(1_000, 5))
  await comesTo(bea, await send(ada, bea, path), 'done')
  const waiting = await comesTo(cyd, await send(ada, cyd, path), 'waiting')
  expect(waiting.why).toBe('Their device does not give it.')
})

test('a pause keeps what came, and so does a restart', async () => {
  const { ada, bea } = await two()
  const bytes = noiseOf(40_000_000, 6)
  const begun = await send(ada, bea, await fileOf(ada, 'large.bin', bytes))
  await eventually('some of it came', () => transferOf(bea, begun.message).doneBytes > 4_000_000)
  expect(bea.files.pause(begun.id).state).toBe('paused')
  await eventually('it is written down', () => bea.database.prepare<[], { done_bytes: number }>('SELECT done_bytes FROM file_transfers').get()?.done_bytes)
  const { doneBytes } = transferOf(bea, begun.message)
  expect(doneBytes).toBeLessThan(bytes.byteLength)
  await bea.restart()
  expect(transferOf(bea, begun.message).state).toBe('paused')
  bea.files.resume(begun.id)
  await eventually('it goes on where it was', () => transferOf(bea, begun.message).doneBytes >= doneBytes)
  await bea.restart()
  const done = await comesTo(bea, begun, 'done')
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
  expect(await readdir(bea.downloads)).toEqual(['large.bin'])
})

test('what came before and was changed on the disk meanwhile is fetched again', async () => {
  const { ada, bea } = await two()
  const bytes = noiseOf(30_000_000, 7)
  const begun = await send(ada, bea, await fileOf(ada, 'x.bin', bytes))
  await eventually('some of it came', () => transferOf(bea, begun.message).doneBytes > 3_000_000)
  bea.files.pause(begun.id)
  await bea.restart()
  await writeFile(join(bea.downloads, 'x.bin.latch-part'), Buffer.alloc(5_000), { flag: 'r+' })
  bea.files.resume(begun.id)
  const done = await comesTo(bea, begun, 'done')
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
})

test('where the connection breaks it goes on over the next one', async () => {
  const { ada, bea } = await two()
  const bytes = noiseOf(40_000_000, 8)
  const begun = await send(ada, bea, await fileOf(ada, 'x.bin', bytes))
  for (const part of [3, 10, 20]) {
    await eventually('some of it came', () => transferOf(bea, begun.message).doneBytes > part * 1_000_000)
    for (const connection of bea.libp2p.getConnections()) connection.abort(new Error('cut by the test'))
  }
  const done = await comesTo(bea, begun, 'done')
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
})

test('a sender who is away is waited for, and a device that comes wakes what waits', async () => {
  const { ada, bea } = await two()
  const path = await fileOf(ada, 'x.bin', noiseOf(100_000, 9))
  const { id } = await ada.files.stage(path, {})
  const offer = ada.files.offerOf(id)
  const begun = sendStaged(ada, bea, id)
  bea.sources = []
  await bea.files.cancel(begun.id)
  const { message, conversation } = begun
  bea.files.withdrawn(message)
  const again = { conversation, message: begun.message, from: ada.account, offer, index: 1 }
  bea.files.offered(again)
  const waiting = await eventually('it waits', () => bea.files.list().find(({ state }) => state === 'waiting'))
  expect(waiting.why).toBe('No device that has it can be reached now.')
  bea.sources = [ada.peerId]
  bea.files.connected(ada.peerId)
  await eventually('it is here', () => bea.files.list().find(({ id: one }) => one === waiting.id)?.state === 'done')
})

test('of two who have it one lies: the file is right, and the liar is named', async () => {
  const { where, ada, bea } = await two()
  const cyd = await where.resident('c')
  const bytes = noiseOf(30_000_000, 10)
  const path = await fileOf(ada, 'x.bin', bytes)
  await comesTo(cyd, await send(ada, cyd, path), 'done')
  // What lies at her path changes, and her device believes that it did not.
  const hers = join(cyd.downloads, 'x.bin')
  const wrong = noiseOf(30_000_000, 11)
  await writeFile(hers, wrong)
  const { mtimeMs } = await stat(hers)
  cyd.database.prepare('UPDATE files_here SET stamps = ?').run(stampsOf(wrong.byteLength, mtimeMs))
  bea.sources = [cyd.peerId]
  const done = await comesTo(bea, await send(ada, bea, path), 'done')
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
  expect(bea.offences.map(({ peerId, why }) => [peerId, why])).toContainEqual([cyd.peerId, 'file: a chunk that is not of the file'])
  expect(bea.offences.every(({ peerId }) => peerId === cyd.peerId)).toBe(true)
})

/** DAG-CBOR of `[["", bytes, changedMs]]`. */
function stampsOf(bytes: number, changedMs: number): Buffer {
  const out = Buffer.from('8183601a00000000fb0000000000000000', 'hex')
  out.writeUInt32BE(bytes, 4)
  out.writeDoubleBE(changedMs, 9)
  return out
}

test('whoever has it whole gives it on, also when the sender is gone', async () => {
  const { where, ada, bea } = await two()
  const bytes = noiseOf(3_000_000, 12)
  const path = await fileOf(ada, 'x.bin', bytes)
  const { id } = await ada.files.stage(path, {})
  const offer = ada.files.offerOf(id)
  await comesTo(bea, sendStaged(ada, bea, id), 'done')
  const cyd = await where.resident('c')
  await ada.leave()
  cyd.sources = [ada.peerId, bea.peerId]
  const [theirs] = bea.files.list()
  if (theirs === undefined) throw new Error('it was just there')
  cyd.files.offered({ ...theirs, offer, index: 0 })
  const done = await comesTo(cyd, theirs, 'done')
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
})

test('a file that its sender changes meanwhile is given up, and nobody is blamed', async () => {
  const { ada, bea } = await two()
  const path = await fileOf(ada, 'x.bin', noiseOf(60_000_000, 13))
  const begun = await send(ada, bea, path)
  await eventually('some of it came', () => transferOf(bea, begun.message).doneBytes > 2_000_000)
  bea.files.pause(begun.id)
  await writeFile(path, Buffer.alloc(1_000_000), { flag: 'r+' })
  bea.files.resume(begun.id)
  const gone = await comesTo(bea, begun, 'gone')
  expect(gone).toMatchObject({ why: 'It is no longer on their device, or was changed there.', path: null })
  expect(bea.offences).toEqual([])
  await eventually('she is told', () => ada.files.list()[0]?.why === 'It was changed or moved away on this device, so nobody gets it.')
})

test('where there is no room it is not begun, and goes on once there is', async () => {
  const { ada, bea } = await two()
  bea.free = 200_000_000
  const begun = await send(ada, bea, await fileOf(ada, 'x.bin', noiseOf(1_000_000, 14)))
  expect((await comesTo(bea, begun, 'failed')).why).toContain('no room')
  bea.free = 1_000_000_000
  bea.files.resume(begun.id)
  await comesTo(bea, begun, 'done')
})

test('a message that is deleted takes back what it offered, and what came of it', async () => {
  const { ada, bea } = await two()
  const begun = await send(ada, bea, await fileOf(ada, 'x.bin', noiseOf(40_000_000, 15)))
  await eventually('some of it came', () => transferOf(bea, begun.message).doneBytes > 1_000_000)
  ada.files.withdrawn(begun.message)
  bea.files.withdrawn(begun.message)
  await comesTo(bea, begun, 'gone')
  await eventually('nothing of it is left', async () => (await readdir(bea.downloads)).length === 0)
  expect(ada.database.prepare('SELECT 1 FROM files_here').all()).toEqual([])
  expect(ada.database.prepare('SELECT 1 FROM file_leaves').all()).toEqual([])
})

test('what is cancelled leaves nothing behind', async () => {
  const { ada, bea } = await two()
  const begun = await send(ada, bea, await fileOf(ada, 'x.bin', noiseOf(40_000_000, 16)))
  await eventually('some of it came', () => transferOf(bea, begun.message).doneBytes > 1_000_000)
  expect((await bea.files.cancel(begun.id)).state).toBe('cancelled')
  expect(await readdir(bea.downloads)).toEqual([])
  expect(bea.database.prepare('SELECT 1 FROM file_parts').all()).toEqual([])
  const [own] = ada.files.list()
  if (own === undefined) throw new Error('it was just sent')
  await ada.files.cancel(own.id)
  await bea.files.accept(begun.id)
  await comesTo(bea, begun, 'gone')
})

/** The file gets its name, or both names, and then the process ends before that is written down. */
function endsBeforeTheNote(one: Resident, name: string, how: 'renamed' | 'linked'): void {
  one.beforeNamed = async (part) => {
    one.beforeNamed = null
    await link(part, join(one.downloads, name))
    if (how === 'renamed') await unlink(part)
    throw new Error('the process ended here')
  }
}

test.each(['renamed', 'linked'] as const)('what was %s when the process ended is not fetched again', async (how) => {
  const { ada, bea } = await two()
  const bytes = noiseOf(5_000_001, 17)
  await mkdir(bea.downloads)
  await writeFile(join(bea.downloads, 'film.mp4'), noiseOf(bytes.byteLength, 18))
  endsBeforeTheNote(bea, 'film (2).mp4', how)
  const begun = await send(ada, bea, await fileOf(ada, 'film.mp4', bytes))
  await comesTo(bea, begun, 'failed')
  await bea.restart()
  // Renamed, it is whole, whoever is there; linked, it is asked for once more, and nothing of it has to come.
  if (how === 'renamed') await ada.leave()
  await bea.files.accept(begun.id)
  const done = await comesTo(bea, begun, 'done')
  expect(done.path).toBe(join(bea.downloads, 'film (2).mp4'))
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
  expect((await readdir(bea.downloads)).toSorted()).toEqual(['film (2).mp4', 'film.mp4'])
})

test('a file of somebody else that has the name and the length is not taken for it, and not written to', async () => {
  const { ada, bea } = await two()
  const bytes = noiseOf(3_000_000, 19)
  const others = noiseOf(bytes.byteLength, 20)
  await mkdir(bea.downloads)
  await writeFile(join(bea.downloads, 'film.mp4'), others)
  bea.beforeNamed = async (part) => {
    bea.beforeNamed = null
    await unlink(part)
    throw new Error('the process ended here')
  }
  const begun = await send(ada, bea, await fileOf(ada, 'film.mp4', bytes))
  await comesTo(bea, begun, 'failed')
  await bea.files.accept(begun.id)
  const done = await comesTo(bea, begun, 'done')
  expect(done.path).toBe(join(bea.downloads, 'film (2).mp4'))
  expect(Buffer.compare(await readFile(join(bea.downloads, 'film.mp4')), others)).toBe(0)
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
})

test('who has it is told once for each, and known after a restart', async () => {
  const { where, ada, bea } = await two()
  const cleo = await where.resident('c')
  const path = await fileOf(ada, 'x.bin', noiseOf(300_000, 21))
  const begun = await send(ada, bea, path)
  await comesTo(bea, begun, 'done')
  const row = (): string[] => ada.files.list().find(({ message }) => message === begun.message)?.takenBy ?? []
  await eventually('Bea has it', () => row().length === 1)
  // Of the same message, as in a group.
  cleo.sources = [ada.peerId]
  cleo.files.offered({ conversation, message: begun.message, from: ada.account, offer: begun.offer, index: 0 })
  await comesTo(cleo, begun, 'done')
  await eventually('Cleo has it', () => row().length === 2)
  await ada.restart()
  expect(row()).toEqual([bea.account, cleo.account])
})
