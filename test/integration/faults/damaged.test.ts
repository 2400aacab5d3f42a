import { open, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hashesOf, leftBehind, startOn } from './program.ts'

async function scribble(path: string, at: number, bytes: number): Promise<void> {
  const file = await open(path, 'r+')
  await file.write(Buffer.alloc(bytes, 0x5a), 0, bytes, at)
  await file.close()
}

const PAGE_BYTES = 4_096

describe('a program that finds its folder damaged ends, says what and what to do in one line, and leaves every file as it is:', () => {
  test.each<[string, (folder: string) => Promise<void>, RegExp]>([
    ['keys that are cut', (folder) => truncate(join(folder, 'keys.json'), 200), /keys\.json is damaged: .* left as it is\. Put back a copy/],
    ['keys that are gone', (folder) => rm(join(folder, 'keys.json')), /keys\.json is missing, .* left as it is\. Put back a copy/],
    ['the head of the database', (folder) => scribble(join(folder, 'latch.db'), 0, 32), /latch\.db belongs to other keys .*first bytes are damaged.* left as it is\. Put back/],
    ['pages of the database', (folder) => scribble(join(folder, 'latch.db'), 2 * PAGE_BYTES, 200 * PAGE_BYTES), /latch\.db is damaged: .* left as it is\. Move it away/],
    ['a database that is cut', (folder) => truncate(join(folder, 'latch.db'), 100 * PAGE_BYTES), /latch\.db is damaged: .* left as it is\. Move it away/],
  ])('%s', async (_what, damage, why) => {
    const left = await leftBehind()
    await damage(left.folder)
    const before = await hashesOf(left.folder)
    const { code, err } = await startOn(left)
    expect(code).toBe(1)
    expect(err).toMatch(/^[^\n]+\.\n$/)
    expect(err).toMatch(why)
    expect(await hashesOf(left.folder)).toEqual(before)
  })
})

test('what can be had again is begun anew, for the same account: peer store, write-ahead log, the copy of a site, the way in for programs', async () => {
  const left = await leftBehind()
  const { folder } = left
  await writeFile(join(folder, 'datastore', 'CURRENT'), 'nonsense\n')
  await writeFile(join(folder, 'latch.db-wal'), Buffer.alloc(50_000, 7))
  await writeFile(join(folder, 'control.json'), '{')
  await rm(join(folder, 'copies'), { recursive: true })
  await writeFile(join(folder, 'copies'), 'no folder')
  const node = await startOn(left)
  expect(node).toMatchObject({ code: null, account: left.contents.me.account, err: '' })
  expect(await node.stop()).toBe(0)
})
