import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Mark, markOf, quarantine, type QuarantineParts } from '../../../src/main/platform/quarantine.ts'

const uuid = '0b5a2f0e-1111-4222-8333-944445555566'
const from = 'peer://alice.peer/report.pdf'
const mark = (platform: NodeJS.Platform, origin: string | null = from): Mark | null =>
  markOf('/downloads/a b;$(x).pdf', origin, { platform, nowMs: 1_800_000_000_500, uuid })

describe('the mark of a file that somebody else made', () => {
  test('is what Gatekeeper looks at on macOS', () => {
    expect(mark('darwin')).toEqual({
      by: 'command',
      command: '/usr/bin/xattr',
      args: ['-w', 'com.apple.quarantine', '0081;6b49d200;Latch;0B5A2F0E-1111-4222-8333-944445555566', '/downloads/a b;$(x).pdf'],
    })
  })

  test('is what SmartScreen looks at on Windows', () => {
    expect(mark('win32')).toEqual({
      by: 'stream',
      path: '/downloads/a b;$(x).pdf:Zone.Identifier',
      text: '[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=peer://alice.peer/report.pdf\r\n',
    })
    expect(mark('win32', null)).toMatchObject({ text: '[ZoneTransfer]\r\nZoneId=3\r\n' })
  })

  test('says on Linux where it is from', () => {
    expect(mark('linux')).toEqual({ by: 'command', command: 'setfattr', args: ['-n', 'user.xdg.origin.url', '-v', from, '--', '/downloads/a b;$(x).pdf'] })
    expect(mark('linux', null)).toBeNull()
  })

  test('is none elsewhere', () => {
    expect(mark('freebsd')).toBeNull()
  })

  test.each([`${from}\r\nZoneId=0`, `peer://alice.peer/${'x'.repeat(2_000)}`, 'peer://alice.peer/\u202efdp'])('takes no line, and no length, from an address: %j', (address) => {
    expect(mark('win32', address)).toMatchObject({ text: '[ZoneTransfer]\r\nZoneId=3\r\n' })
    expect(mark('linux', address)).toBeNull()
  })
})

describe('marking', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latch-mark-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const parts = (over: Partial<QuarantineParts>): QuarantineParts => ({
    platform: 'win32',
    nowMs: () => 0,
    uuid: () => uuid,
    run: () => Promise.reject(new Error('no command is expected')),
    write: (path, text) => writeFile(path, text),
    ...over,
  })

  test('leaves the file itself as it is', async () => {
    const path = join(folder, 'x.exe')
    await writeFile(path, 'bytes')
    expect(await quarantine(path, from, parts({}))).toEqual({ outcome: 'marked' })
    expect([await readFile(path, 'utf8'), await readFile(`${path}:Zone.Identifier`, 'utf8')]).toEqual(['bytes', expect.stringContaining('ZoneId=3')])
  })

  test('that fails is said, and thrown at nobody', async () => {
    const why = new Error('no such command')
    expect(await quarantine('/x', from, parts({ platform: 'darwin', run: () => Promise.reject(why) }))).toEqual({ outcome: 'unmarked', why })
  })

  test('is really done on this machine, where it can be, and goes along with the file', async () => {
    const [part, path] = [join(folder, '.part'), join(folder, '-v it;s')]
    await writeFile(part, 'bytes')
    const marked = await quarantine(part, from)
    await rename(part, path)
    expect(await readFile(path, 'utf8')).toBe('bytes')
    const read: Partial<Record<NodeJS.Platform, () => Promise<string>>> = {
      linux: async () => (await promisify(execFile)('getfattr', ['--only-values', '-n', 'user.xdg.origin.url', '--', path])).stdout,
      darwin: async () => (await promisify(execFile)('/usr/bin/xattr', ['-p', 'com.apple.quarantine', path])).stdout,
      win32: () => readFile(`${path}:Zone.Identifier`, 'utf8'),
    }
    const said = marked.outcome === 'marked' ? await read[process.platform]?.() : 'no mark'
    expect(said).toMatch(marked.outcome === 'marked' ? /alice\.peer|Latch/ : /^no mark$/)
  })
})
