import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FolderWatch } from '../../../src/main/features/sites/folder/folder-watch.ts'
import { lookAt } from '../../../src/main/features/sites/folder/look.ts'
import { readFolder } from '../../../src/main/features/sites/folder/read-folder.ts'
import { MAX_HIDDEN_TOLD } from '../../../src/main/features/sites/limits.ts'
import { eventually } from '../../helpers/eventually.ts'
import { folderOf, twoSites } from './two-sites.ts'

const { platform } = process
let folder: Awaited<ReturnType<typeof folderOf>>
let outside: Awaited<ReturnType<typeof folderOf>>

beforeEach(async () => {
  outside = await folderOf({ 'secret.txt': 'SECRET' })
  folder = await folderOf({ 'index.html': 'home', 'notes/index.html': 'notes', 'notes/deep/er/a.txt': '12345', 'style.css': 'body {}' })
})
afterEach(async () => {
  await folder.remove()
  await outside.remove()
})

describe('a look at a folder', () => {
  test('counts what visitors would see', async () => {
    expect(await lookAt(folder.path, { platform })).toEqual({
      path: folder.path, files: 4, bytes: 21, hasIndex: true, hidden: [], hiddenFiles: 0, isMore: false,
    })
  })

  test('tells what they would not, and why', async () => {
    await writeFile(join(folder.path, '.env'), 'PASSWORD=1')
    await mkdir(join(folder.path, '.git'))
    await writeFile(join(folder.path, '.git', 'config'), '[core]')
    await symlink(join(outside.path, 'secret.txt'), join(folder.path, 'secret.txt'))
    await symlink(outside.path, join(folder.path, 'notes', 'out'))
    await symlink('nowhere', join(folder.path, 'broken'))
    await symlink('.env', join(folder.path, 'env'))
    await symlink('..', join(folder.path, 'notes', 'up'))
    await promisify(execFile)('mkfifo', [join(folder.path, 'pipe')])
    await writeFile(join(folder.path, 'line\nbreak'), '')
    const look = await lookAt(folder.path, { platform })
    expect(Object.fromEntries(look.hidden.map(({ path, why }) => [path, why]))).toEqual({
      '.env': 'a name that begins with a dot',
      '.git': 'a name that begins with a dot',
      broken: 'a link to nothing',
      env: 'a link to a name that begins with a dot',
      'line\nbreak': 'a name with a character that addresses do not have',
      'notes/out': 'a link out of the folder',
      'notes/up': 'a link to a folder that it lies in',
      pipe: 'neither a file nor a folder',
      'secret.txt': 'a link out of the folder',
    })
    expect([look.files, look.hiddenFiles]).toEqual([4, 9])
  })

  test('passes over what Latch may not read', async () => {
    await chmod(join(folder.path, 'style.css'), 0)
    await chmod(join(folder.path, 'notes'), 0)
    const look = await lookAt(folder.path, { platform })
    await chmod(join(folder.path, 'notes'), 0o700)
    // Nothing is kept from root.
    const isRoot = process.getuid?.() === 0
    expect([look.files, look.hidden.map(({ path }) => path)]).toEqual(isRoot ? [4, []] : [1, ['style.css', 'notes']])
  })

  test('stops counting, and says so', async () => {
    for (let i = 0; i < 30; i++) await writeFile(join(folder.path, `.hidden${i}`), '')
    const look = await lookAt(folder.path, { platform, most: 25 })
    expect(look.isMore).toBe(true)
    expect(look.hiddenFiles + look.files).toBeLessThanOrEqual(25)
    expect(look.hidden).toHaveLength(MAX_HIDDEN_TOLD)
    expect(await lookAt(folder.path, { platform })).toMatchObject({ isMore: false, hiddenFiles: 30, files: 4 })
    await expect(readFolder(folder.path, { platform, most: 25 })).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })

  test('ends where links lead to each other', async () => {
    for (const name of ['a', 'b', 'c']) await mkdir(join(folder.path, name))
    for (const from of ['a', 'b', 'c']) for (const to of ['a', 'b', 'c']) await symlink(join('..', to), join(folder.path, from, to))
    const look = await lookAt(folder.path, { platform })
    expect([look.isMore, look.files, look.hidden.every(({ why }) => why === 'a link to a folder that it lies in')]).toEqual([false, 4, true])
  })

  test('lets everything else go on, and is broken off', async () => {
    for (let i = 0; i < 200; i++) await mkdir(join(folder.path, 'many', String(i)), { recursive: true })
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    const given = new AbortController()
    const looking = lookAt(folder.path, { platform }, given.signal)
    await lookAt(folder.path, { platform })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
    await looking
    const other = lookAt(folder.path, { platform }, given.signal)
    given.abort(new Error('closed the window'))
    await expect(other).rejects.toThrow('closed the window')
  })

  test('is of a folder that is there, given from the root on', async () => {
    const sites = await twoSites()
    expect(await sites.owner.look(folder.path)).toMatchObject({ files: 4 })
    for (const path of ['relative', join(folder.path, 'nowhere'), join(folder.path, 'index.html'), `${folder.path}\0`]) {
      await expect(sites.owner.look(path)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    }
    await sites.close()
  })
})

describe('the mark of a folder', () => {
  const mark = async (): Promise<string> => (await readFolder(folder.path, { platform })).mark

  test('is another for anything that visitors see, and the same for all else', async () => {
    const first = await mark()
    expect(await mark()).toBe(first)
    await writeFile(join(folder.path, '.env'), 'PASSWORD=1')
    await mkdir(join(folder.path, 'empty'))
    expect(await mark()).toBe(first)
    await writeFile(join(folder.path, 'new.txt'), '')
    const second = await mark()
    await writeFile(join(folder.path, 'new.txt'), 'x')
    expect(new Set([first, second, await mark()]).size).toBe(3)
  })
})

describe('a folder that is watched', () => {
  test('tells of changes wherever they are, also in what was made anew at the same place, and no more once it is closed', async () => {
    let changes = 0
    const watch = new FolderWatch({ platform, onChange: () => (changes += 1) })
    const follow = async (): Promise<void> => watch.follow((await readFolder(folder.path, { platform })).folders)
    const told = async (what: string, change: () => Promise<unknown>): Promise<void> => {
      const before = changes
      await change()
      await eventually(what, () => changes > before)
      await follow()
    }
    await follow()
    await told('a file is written', () => writeFile(join(folder.path, 'notes', 'deep', 'er', 'a.txt'), 'other'))
    await told('a folder is made', () => mkdir(join(folder.path, 'new')))
    await told('a file is written in it', () => writeFile(join(folder.path, 'new', 'b.txt'), ''))
    await told('it is removed', () => rm(join(folder.path, 'new'), { recursive: true }))
    await told('it is made anew', () => mkdir(join(folder.path, 'new')))
    await told('a file is written in it again', () => writeFile(join(folder.path, 'new', 'c.txt'), ''))
    watch.close()
    const before = changes
    await writeFile(join(folder.path, 'new', 'd.txt'), '')
    await readFolder(folder.path, { platform })
    expect(changes).toBe(before)
  })
})

describe('a file that is read for a copy', () => {
  test('is as long as it was when it was looked at, or is none', async () => {
    const { files } = await readFolder(folder.path, { platform })
    const [index] = files
    const read = async (): Promise<string> => {
      const chunks: Uint8Array[] = []
      for await (const chunk of index?.read() ?? []) chunks.push(chunk)
      return Buffer.concat(chunks).toString()
    }
    await writeFile(join(folder.path, 'index.html'), 'home and more')
    expect(await read()).toBe('home')
    await writeFile(join(folder.path, 'index.html'), 'ho')
    await expect(read()).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining('index.html') as string })
    await folder.remove()
    await expect(read()).rejects.toMatchObject({ code: 'DAMAGED' })
  })
})
