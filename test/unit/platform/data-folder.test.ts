import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import { writeFileAtomic } from '../../../src/main/platform/atomic-file.ts'
import { dataFiles, defaultDataFolder, openDataFolder } from '../../../src/main/platform/data-folder.ts'

let folder: string
const children: ChildProcess[] = []

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'latch-folder-'))))
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Another process that holds the data folder until it is killed. */
async function holdElsewhere(path: string): Promise<ChildProcess> {
  const module = JSON.stringify(join(import.meta.dirname, '../../../src/main/platform/data-folder.ts'))
  const code = `
    const { openDataFolder } = await import(${module})
    await openDataFolder(${JSON.stringify(path)})
    console.log('held')
    setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => reject(new Error('the other process ended')))
  })
  return child
}

const mode = (path: string): number => statSync(path).mode & 0o777

describe('a data folder', () => {
  it.skipIf(process.platform === 'win32')('is made with its parents, and closed to other users', async () => {
    const path = join(folder, 'a', 'b')
    const opened = await openDataFolder(path)
    expect(mode(path)).toBe(0o700)
    await opened.close()
    chmodSync(path, 0o755)
    await (await openDataFolder(path)).close()
    expect(mode(path)).toBe(0o700)
  })

  it('takes one opening at a time, in this process too, and can be opened again after it was closed', async () => {
    const first = await openDataFolder(folder)
    await expect(openDataFolder(folder)).rejects.toMatchObject({ code: 'CONFLICT' })
    await first.close()
    await first.close()
    await (await openDataFolder(folder)).close()
  })

  it('tells a second process which folder is taken, and by whom', async () => {
    const child = await holdElsewhere(folder)
    const refusal = await openDataFolder(folder).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(LatchError)
    expect(refusal).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(folder) })
    expect(refusal).toMatchObject({ message: expect.stringContaining(String(child.pid)) })
  })

  it('is free at once after the process that held it was killed', async () => {
    const child = await holdElsewhere(folder)
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    const opened = await openDataFolder(folder)
    expect(readFileSync(opened.files.pid, 'utf8')).toBe(`${process.pid}\n`)
    await opened.close()
    expect(existsSync(opened.files.pid)).toBe(false)
  })

  it('is cleared of what a crash left of an unfinished write, and of nothing else', async () => {
    writeFileSync(join(folder, 'keys.json.0123abcd.tmp'), 'half')
    writeFileSync(join(folder, 'keys.json'), 'whole')
    await (await openDataFolder(folder)).close()
    expect(readdirSync(folder).toSorted()).toEqual(['keys.json', 'latch.lock'])
  })

  it('is not opened when its lock is some other file, which is left as it is', async () => {
    writeFileSync(dataFiles(folder).lock, 'longer than the header of a database, a hundred bytes '.repeat(4))
    const refusal = { code: 'DAMAGED', message: expect.stringContaining('latch.lock') }
    await expect(openDataFolder(folder)).rejects.toMatchObject(refusal)
  })

  it.each([
    ['under a file', (path: string) => writeFileSync(path, ''), 'inner'],
    ['whose lock is a folder', (path: string) => mkdirSync(dataFiles(path).lock, { recursive: true }), ''],
  ])('%s is refused in a sentence that names it', async (_, prepare, inner) => {
    const path = join(folder, 'data')
    prepare(path)
    const refusal = { code: 'LOCKED', message: expect.stringContaining(join(path, inner)) }
    await expect(openDataFolder(join(path, inner))).rejects.toMatchObject(refusal)
  })

  it('that could not be opened to the end is not held', async () => {
    mkdirSync(dataFiles(folder).pid)
    await expect(openDataFolder(folder)).rejects.toMatchObject({ code: 'LOCKED' })
    rmSync(dataFiles(folder).pid, { recursive: true })
    await (await openDataFolder(folder)).close()
  })

  it('is let go also where something keeps it from being tidied', async () => {
    const opened = await openDataFolder(folder)
    rmSync(opened.files.pid)
    mkdirSync(join(opened.files.pid, 'in the way'), { recursive: true })
    await opened.close()
    rmSync(opened.files.pid, { recursive: true })
    await (await openDataFolder(folder)).close()
  })

  it('is where each system keeps such things', () => {
    expect(defaultDataFolder('linux', {}, '/home/bea')).toBe('/home/bea/.local/share/latch')
    expect(defaultDataFolder('linux', { XDG_DATA_HOME: '/data' }, '/home/bea')).toBe('/data/latch')
    expect(defaultDataFolder('linux', { XDG_DATA_HOME: 'relative' }, '/home/bea')).toBe('/home/bea/.local/share/latch')
    expect(defaultDataFolder('darwin', {}, '/Users/bea')).toBe('/Users/bea/Library/Application Support/Latch')
    expect(defaultDataFolder('win32', { APPDATA: '/Roaming' }, '/Users/bea')).toBe('/Roaming/Latch')
  })
})

describe('an atomic write', () => {
  it('leaves the new content, readable by its owner alone, and nothing beside it', async () => {
    const path = join(folder, 'file')
    await writeFileAtomic(path, 'one')
    await writeFileAtomic(path, new TextEncoder().encode('two'))
    expect(readFileSync(path, 'utf8')).toBe('two')
    if (process.platform !== 'win32') expect(mode(path)).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['file'])
  })

  it('leaves the old content, and nothing beside it, when it fails', async () => {
    const path = join(folder, 'file')
    mkdirSync(path)
    await expect(writeFileAtomic(path, 'new')).rejects.toThrow()
    expect(readdirSync(folder)).toEqual(['file'])
  })

  it('may run many times at once: one of them wins whole', async () => {
    const path = join(folder, 'file')
    const contents = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000))
    await Promise.all(contents.map((content) => writeFileAtomic(path, content)))
    expect(contents).toContain(readFileSync(path, 'utf8'))
    expect(readdirSync(folder)).toEqual(['file'])
  })
})
