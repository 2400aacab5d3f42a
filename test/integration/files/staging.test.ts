import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { comesTo, noiseOf, send, sendStaged, town } from './file-town.ts'

async function one() {
  const where = await town()
  onTestFinished(() => where.close())
  return { where, ada: await where.resident('a') }
}

test('nothing of Latch’s own folder is offered, not even from around it', async () => {
  const { ada } = await one()
  const data = join(ada.folder, 'data')
  await writeFile(join(data, 'keys.json'), 'secret')
  await symlink(data, join(ada.folder, 'innocent'))
  for (const path of [data, join(data, 'keys.json'), ada.folder, join(ada.folder, 'innocent'), join(ada.folder, 'innocent', 'keys.json')]) {
    await expect(ada.files.stage(path, {})).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  }
})

test('what came may be offered on, also where it lies in Latch’s own folder', async () => {
  const where = await town()
  onTestFinished(() => where.close())
  const ada = await where.resident('a', { downloads: 'data/downloads' })
  await mkdir(ada.downloads, { recursive: true })
  await writeFile(join(ada.downloads, 'came.txt'), 'came')
  await writeFile(join(ada.folder, 'data', 'keys.json'), 'secret')
  await symlink(join(ada.folder, 'data', 'keys.json'), join(ada.downloads, 'trick'))
  expect((await ada.files.stage(join(ada.downloads, 'came.txt'), {})).offer.bytes).toBe(4)
  await expect(ada.files.stage(join(ada.downloads, 'trick'), {})).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
})

test('devices, pipes and links that lead out of a folder are refused', async () => {
  const { ada } = await one()
  const root = join(ada.folder, 'shared')
  await mkdir(root)
  execFileSync('mkfifo', [join(ada.folder, 'pipe')])
  await expect(ada.files.stage(join(ada.folder, 'pipe'), {})).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  await expect(ada.files.stage('/dev/zero', {})).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  await expect(ada.files.stage('relative.txt', {})).rejects.toMatchObject({ code: 'BAD_INPUT' })
  await expect(ada.files.stage(join(ada.folder, 'none'), {})).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await symlink('/etc/passwd', join(root, 'link'))
  await expect(ada.files.stage(root, {})).rejects.toMatchObject({ code: 'NOT_ALLOWED', message: 'link is a link that leads out of the folder.' })
})

test('a folder of more files than any may have is refused before it is read', async () => {
  const { ada } = await one()
  const root = join(ada.folder, 'many')
  await mkdir(root)
  // By hand it would be a minute: one shell makes them.
  execFileSync('sh', ['-c', 'seq 20001 | xargs touch'], { cwd: root })
  await expect(ada.files.stage(root, {})).rejects.toMatchObject({ code: 'TOO_LARGE' })
})

test('a file that grows while it is hashed is not offered', async () => {
  const { ada } = await one()
  const path = join(ada.folder, 'log')
  await writeFile(path, noiseOf(50_000_000, 1))
  const staged = ada.files.stage(path, {}, undefined, () => void writeFile(path, 'more', { flag: 'a' }))
  await expect(staged).rejects.toMatchObject({ code: 'CONFLICT' })
})

test('hashing tells how far it is, and ends when nobody wants it any more', async () => {
  const { ada } = await one()
  const path = join(ada.folder, 'x')
  await writeFile(path, noiseOf(80_000_000, 2))
  const seen: number[] = []
  await ada.files.stage(path, {}, undefined, (bytes) => void seen.push(bytes))
  expect(seen.at(-1)).toBe(80_000_000)
  expect(seen.length).toBeGreaterThan(1)
  const stop = new AbortController()
  const ended = ada.files.stage(path, {}, stop.signal, () => stop.abort(new Error('no more')))
  await expect(ended).rejects.toThrow('no more')
})

test('what is staged and not sent is forgotten after a day, and its bytes with it', async () => {
  const where = await town()
  onTestFinished(() => where.close())
  const clock = new FakeClock(Date.now())
  const ada = await where.resident('a', { clock })
  const { id, offer } = await ada.files.stageBytes('a note.txt', 'text/plain', Buffer.from('hello'), {})
  expect(ada.files.offerOf(id)).toEqual(offer)
  clock.jump(25 * 3_600_000)
  await ada.restart()
  expect(() => ada.files.offerOf(id)).toThrow('no longer ready')
  expect(await readdir(join(ada.folder, 'data', 'staged'))).toEqual([])
  expect(ada.database.prepare('SELECT 1 FROM files_here').all()).toEqual([])
})

test('a file that was moved away since is not given', async () => {
  const { where, ada } = await one()
  const bea = await where.resident('b')
  const path = join(ada.folder, 'x')
  await writeFile(path, 'one')
  const { id } = await ada.files.stage(path, {})
  await rename(path, join(ada.folder, 'y'))
  await comesTo(bea, sendStaged(ada, bea, id), 'gone')
  await writeFile(path, 'two')
  await utimes(path, 1, 1)
  const again = await ada.files.stage(path, {})
  await writeFile(path, 'six')
  await comesTo(bea, sendStaged(ada, bea, again.id), 'gone')
})

test('only pictures and sound are shown, by what they are and not by what is said of them', async () => {
  const { where, ada } = await one()
  const bea = await where.resident('b')
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  const picture = await ada.files.stageBytes('p.png', 'image/png', png, { kind: 'picture' })
  expect(picture.offer).toMatchObject({ width: 1, height: 1, type: 'image/png', kind: 'picture' })
  const done = await comesTo(bea, sendStaged(ada, bea, picture.id), 'done')
  const shown = await bea.files.bytes(done.id)
  expect(shown).toMatchObject({ type: 'image/png' })
  expect(Buffer.from(shown.data)).toEqual(png)
  const page = await ada.files.stageBytes('p.png', 'image/png', Buffer.from('<svg onload="alert(1)">'), { kind: 'picture' })
  const bad = await comesTo(bea, sendStaged(ada, bea, page.id), 'done')
  await expect(bea.files.bytes(bad.id)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
})

test('a name that leads elsewhere, or to a device, or hides, leads nowhere', async () => {
  const { where, ada } = await one()
  const bea = await where.resident('b')
  for (const [said, name] of [['../../evil.sh', 'evil.sh'], ['..\\..\\evil.bat', 'evil.bat'], ['.profile', 'profile'], ['NUL', '_NUL'], ['a\u202efdp.exe', 'afdp.exe']]) {
    const { id } = await ada.files.stageBytes('x', 'text/plain', Buffer.from(`of ${said}`), {})
    const done = await comesTo(bea, sendStaged(ada, bea, id, { name: said ?? '' }), 'done')
    expect(done.path).toBe(join(bea.downloads, name ?? ''))
  }
})

test('an offer that is not of its file is refused, and nothing of it is kept', async () => {
  const { where, ada } = await one()
  const bea = await where.resident('b')
  const { id } = await ada.files.stageBytes('x', 'text/plain', Buffer.from('four'), {})
  const failed = await comesTo(bea, sendStaged(ada, bea, id, { bytes: 5 }), 'failed')
  expect(failed.why).toContain('not what the message says')
  const other = await ada.files.stageBytes('y', 'text/plain', Buffer.from('four'), {})
  await comesTo(bea, sendStaged(ada, bea, other.id, { kind: 'folder', files: 1 }), 'failed')
  expect(await readdir(bea.downloads).catch(() => [])).toEqual([])
})

test('a file is sent as it lies there; only pictures lose what they say of their place', async () => {
  const { where, ada } = await one()
  const bea = await where.resident('b')
  const path = join(ada.folder, 'notes.txt')
  await writeFile(path, 'GPS 47.1')
  const done = await comesTo(bea, await send(ada, bea, path), 'done')
  expect(await readFile(done.path ?? '', 'utf8')).toBe('GPS 47.1')
  expect(done.offer).toMatchObject({ name: 'notes.txt', type: 'text/plain', kind: 'file', files: null })
})
