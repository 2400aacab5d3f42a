import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../src/main/platform/database.ts'
import type { Clock } from '../../../src/main/platform/clock.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { createPassphraseVault } from '../../../src/main/platform/passphrase-vault.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { Contents, folderOfVersion, PASSPHRASE } from '../../fixtures/data-folders/contents.ts'
import { contentsOf } from '../../fixtures/data-folders/read.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, openNode, type OpenHousehold } from '../../helpers/households.ts'
import { hashesOf, leftBehind, startOn } from './program.ts'

const versions = (await readdir(folderOfVersion(''), { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)
const vault = createPassphraseVault(PASSPHRASE)
const services = { gossip: true }

async function left(version: string): Promise<{ dataFolder: string; contents: Contents; clock: Clock }> {
  const from = folderOfVersion(version)
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-old-'))
  onTestFinished(() => rm(dataFolder, { recursive: true, force: true }))
  await cp(join(from, 'data'), dataFolder, { recursive: true })
  const contents = Contents.parse(JSON.parse(await readFile(join(from, 'contents.json'), 'utf8')))
  return { dataFolder, contents, clock: startingAt(contents.madeMs + HOUR) }
}

/** Goes as any clock does, from then on: what ends (names, invitations) is as it was when the folder was left. */
function startingAt(startMs: number): Clock {
  const aheadMs = startMs - systemClock.nowMs()
  return { ...systemClock, nowMs: () => Math.round(systemClock.nowMs() + aheadMs) }
}

/** The folder of a file that came is not the one that it came into: where it lay is no part of what must be there. */
async function found({ node, me, ...household }: OpenHousehold): Promise<object> {
  await eventually('the ledger to be read', () => household.ledger.head().head, { withinMs: 30_000 })
  return contentsOf(household, me, node)
}

test('there is a folder for each version that was released', () => {
  expect(versions).toContain('0.1.0')
})

test.each(versions)('everything that %s left is found, also at the second start, and goes on', async (version) => {
  const { dataFolder, contents, clock } = await left(version)
  const { version: _version, madeMs: _madeMs, ...expected } = contents
  const first = await openHousehold({ name: 'nobody new', dataFolder, vault, clock, services })
  expect(await found(first)).toEqual(expected)
  expect(first.node.status().warnings).toEqual([])
  const { id } = first.chat.conversations().find(({ kind }) => kind === 'direct') ?? expect.fail('no conversation')
  await first.chat.send(id, { text: 'written by a later version' })
  await first.close()

  const second = await openHousehold({ name: 'nobody new', dataFolder, vault, clock, services })
  onTestFinished(() => second.close())
  const after = (await found(second)) as Contents
  expect(after.messages.map(({ text }) => text)).toEqual([...expected.messages.map(({ text }) => text), 'written by a later version'])
  expect({ ...after, messages: [] }).toEqual({ ...expected, messages: [] })
})

test.each(versions)('a name of %s that ended meanwhile is no reason not to start', async (version) => {
  const { dataFolder, contents } = await left(version)
  const later = await openHousehold({ name: 'nobody new', dataFolder, vault, clock: startingAt(contents.madeMs + 4_000 * DAY), services })
  onTestFinished(() => later.close())
  expect(later.me.account).toBe(contents.me.account)
})

test.each(versions)('the folder of %s stays shut to another passphrase, and to none', async (version) => {
  const { dataFolder, contents, clock } = await left(version)
  for (const wrong of [createPassphraseVault('another'), undefined]) {
    const { node, close } = await openNode({ dataFolder, clock, ...(wrong === undefined ? {} : { vault: wrong }) })
    expect(node.identity.current()).toMatchObject({ state: 'locked', why: expect.stringMatching(/left as (it is|they are|they were)/) as string })
    await close()
  }
  const right = await openNode({ dataFolder, clock, vault })
  onTestFinished(() => right.close())
  expect(right.node.identity.me().account).toBe(contents.me.account)
})

test('a folder whose database a newer version wrote is refused in words, and left as it is', async () => {
  const left = await leftBehind()
  const { node, close } = await openNode({ dataFolder: left.folder, vault })
  const key = node.identity.keyring()?.databaseKey ?? expect.fail('no keys')
  await close()
  const database = openDatabase(join(left.folder, 'latch.db'), key)
  database.prepare("UPDATE migrations SET version = version + 1 WHERE feature = 'chat'").run()
  database.close()
  const before = await hashesOf(left.folder)
  const { code, err } = await startOn(left)
  expect(code).toBe(1)
  expect(err).toMatch(/^\S+latch\.db was written by a newer Latch: its chat is at version \d+, .* Nothing was changed\. Start the newer Latch\.\n$/)
  expect(await hashesOf(left.folder)).toEqual(before)
})

test('a folder whose keys a newer version wrote is refused in words, and left as it is', async () => {
  const left = await leftBehind()
  const path = join(left.folder, 'keys.json')
  const keys = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...keys, version: 2, anything: 'new' }))
  const before = await hashesOf(left.folder)
  const { code, err } = await startOn(left)
  expect(code).toBe(1)
  expect(err).toMatch(/^\S+keys\.json was written by a newer Latch: it is of version 2\. .*Start the newer Latch\.\n$/)
  expect(await hashesOf(left.folder)).toEqual(before)
})
