import { lstat, mkdir, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { locate, openFound, type Disk } from '../../../src/main/features/sites/serve/files.ts'

let root: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'latch-spelling-')))
  await mkdir(join(root, 'Sub'))
  await mkdir(join(root, 'real'))
  await writeFile(join(root, 'secret.txt'), 'x')
  await writeFile(join(root, 'Sub', 'secret.txt'), 'x')
  await writeFile(join(root, 'real', 'page.html'), 'x')
  await writeFile(join(root, 'a long name.txt'), 'x')
  await writeFile(join(root, 'caf\u00e9.txt'), 'x')
  await symlink('real', join(root, 'Link'))
})
afterEach(() => rm(root, { recursive: true }))

/** As macOS and Windows have it: letters of either case, and of some others, are one name, as is the short form of a long one. */
const folded = (name: string): string => name.normalize('NFKD').toUpperCase().toLowerCase().replace(/^a long name\.txt$/, 'along~1.txt')

async function meant(path: string): Promise<string> {
  if (path === '/' || path === dirname(path)) return path
  const above = await meant(dirname(path))
  const names = await readdir(above).catch(() => [])
  return join(above, names.find((name) => folded(name) === folded(basename(path))) ?? basename(path))
}

const foldingDisk: Disk = {
  realpath: async (path) => realpath(await meant(path)),
  lstat: async (path) => lstat(await meant(path)),
  readdir: async (path) => readdir(await meant(path)),
}

describe('on a disk to which several spellings are one name', () => {
  test.each([
    ['secret.txt', 'file'],
    ['SECRET.txt', 'missing'],
    ['\u017fecret.txt', 'missing'],
    ['\uff53ecret.txt', 'missing'],
    ['Sub/secret.txt', 'file'],
    ['sub/secret.txt', 'missing'],
    ['Sub/\u017fecret.txt', 'missing'],
    ['a long name.txt', 'file'],
    ['along~1.txt', 'missing'],
    ['caf\u00e9.txt', 'file'],
    ['cafe\u0301.txt', 'file'],
    ['Link/page.html', 'file'],
    ['link/page.html', 'missing'],
    ['Link/PAGE.html', 'missing'],
    ['Link', 'folder'],
    ['LINK', 'missing'],
  ])('%s is asked for by its own spelling: %s', async (path, kind) => {
    expect(await locate(root, path.split('/'), 'darwin', foldingDisk)).toMatchObject({ kind })
  })
})

test.each(['nul', 'NUL.txt', 'con .txt', 'com1', 'COM\u00b9.log', 'conin$', 'conout$', 'x:stream', 'x.', 'x ', 'lpt9.a.b', 'clock$'])('%j is no name on Windows', async (name) => {
  expect(await locate(root, [name], 'win32')).toMatchObject({ kind: 'refused' })
})

describe('a folder in whose place a link was put after it was judged', () => {
  test('is not followed', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'latch-outside-'))
    await writeFile(join(outside, 'secret.txt'), 'SECRET')
    const found = await locate(root, ['Sub', 'secret.txt'], process.platform)
    if (found.kind !== 'file') throw new Error('it is a file')
    await rename(join(root, 'Sub'), join(root, 'Aside'))
    await symlink(outside, join(root, 'Sub'))
    expect(await openFound(found.path)).toBeNull()
    await rm(outside, { recursive: true })
  })
})
