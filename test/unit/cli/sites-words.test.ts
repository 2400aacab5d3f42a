import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audienceOf, portOf } from '../../../src/cli/sites/find.ts'
import { folderToShow, folderWarnings } from '../../../src/cli/sites/folder.ts'
import { audienceText } from '../../../src/cli/sites/site-text.ts'

describe('who may come', () => {
  it('is said with what opens the site to all, where it is not', () => {
    expect(audienceText('alice.peer', 'anyone')).toEqual(['alice.peer is open to anyone.'])
    expect(audienceText('alice.peer', 'contacts')[1]).toBe('To open it to all: latch site audience alice.peer anyone')
    expect(audienceText('peer://app.alice.peer/', 'ask')).toEqual([
      'peer://app.alice.peer/ is open to whoever you let in: visitors knock first, and you are asked about each (latch door).',
      'To open it to all: latch site audience app.alice.peer anyone',
    ])
  })

  it.each(['all', 'Anyone', '', 'constructor', 'contact'])('is not said by "%s"', (text) => {
    expect(() => audienceOf(text)).toThrow(/A site is for anyone, for contacts/)
  })
})

describe('a port', () => {
  it.each(['', '0', '65536', '-1', '3e3', '0x50', ' 80', '80.0', 'http', '123456'])('is none: "%s"', (text) => {
    expect(() => portOf(text)).toThrow(/A port is a number from 1 to 65535/)
  })

  it.each(['1', '3000', '65535', '0080'])('is one: %s', (text) => expect(portOf(text)).toBe(Number(text)))
})

describe('a folder', () => {
  let home: string
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'latch-words-'))
    for (const folder of ['site', 'data/logs', 'data-of-mine', '.local/share/latch', '..odd/latch']) mkdirSync(join(home, folder), { recursive: true })
    symlinkSync(join(home, 'data'), join(home, 'linked'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  const shown = (folder: string, data: string): string => folderToShow(join(home, folder), join(home, data))

  it.each([['data', 'data'], ['data/logs', 'data'], ['linked', 'data'], ['.', 'data'], ['.local/share/latch', '.local/share/latch'], ['.local/share', '.local/share/latch']])(
    'with keys in it, or among them, is refused: %s',
    (folder, data) => expect(() => shown(folder, data)).toThrow(/Latch keeps its own keys/),
  )

  it.each([['site', 'data'], ['data-of-mine', 'data'], ['not-there', 'data'], ['.', '.local/share/latch'], ['.', '..odd/latch']])('without is shown: %s', (folder, data) => {
    expect(shown(folder, data)).toBe(join(home, folder))
  })

  it('says what whoever shows it may not have meant', () => {
    expect(folderWarnings({ path: join(home, 'site'), hasIndex: true }, home)).toEqual([])
    expect(folderWarnings({ path: join(home, 'site'), hasIndex: false }, home)).toEqual(['There is no index.html in it: its first page is "not here".'])
    expect(folderWarnings({ path: home, hasIndex: true }, home)).toEqual([expect.stringContaining('a folder of its own is safer')])
    expect(folderWarnings({ path: '/', hasIndex: true }, home)).toHaveLength(1)
  })
})
