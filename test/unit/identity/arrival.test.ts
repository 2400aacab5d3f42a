import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { firstDeviceList, openDeviceList, signDeviceList, withDevice } from '../../../src/main/features/identity/device-list.ts'
import { createIdentity } from '../../../src/main/features/identity/identity.ts'
import { keyringFrom, peerIdOf, randomSeeds } from '../../../src/main/features/identity/keys.ts'
import { createListStore } from '../../../src/main/features/identity/list-store.ts'
import type { Arrival, IdentityFeature, Vault } from '../../../src/main/features/identity/types.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { seededRandom, somebody, testVault } from './parts.ts'

const old = await somebody('ada', 'laptop')
const seeds = randomSeeds(seededRandom('ada phone'), old.keyring.entropy)
const keyring = await keyringFrom(seeds)
const peerId = peerIdOf(keyring.deviceKey.publicKey)

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'latch-arrival-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const files = () => ({ keys: join(folder, 'keys.json'), database: join(folder, 'latch.db') })
const open = (vault: Vault = testVault()): Promise<IdentityFeature> =>
  createIdentity({ files: files(), vault, clock: new FakeClock(5_000), log: silentLog, random: seededRandom('x'), deviceLabel: 'phone' })

async function furnish(path: string, key: Uint8Array): Promise<void> {
  const database = openDatabase(path, key)
  database.migrate('test', ['CREATE TABLE brought (what TEXT) STRICT'])
  database.prepare<[string]>('INSERT INTO brought VALUES (?)').run('everything')
  database.close()
}

async function list(): Promise<Uint8Array> {
  const first = firstDeviceList(old.account, old.device, 1_000)
  const more = withDevice(first, { peerId, label: 'phone', addedAtMs: 2_000, mailKey: keyring.mailKey.publicKey }, 2_000)
  if (more.outcome !== 'changed') throw new Error(more.outcome)
  const built = await signDeviceList(more.list, old.keyring.accountKey)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return built.signed.envelope
}

const arrival = async (more: Partial<Arrival> = {}): Promise<Arrival> => ({
  name: 'Ada', createdMs: 1_000, phrase: 'confirmed', seeds, deviceList: await list(), furnish, ...more,
})

/** All but what this test run itself needs. */
const left = async (): Promise<string[]> => (await readdir(folder)).toSorted()

describe('an account that comes with what it has', () => {
  it('is whole: keys, database, and the list of devices that it was given', async () => {
    const identity = await open()
    const me = await identity.arrive(await arrival())
    expect(me).toMatchObject({ account: old.account, peerId, name: 'Ada', createdMs: 1_000, phrase: 'confirmed' })
    const database = openDatabase(files().database, seeds.database, { mustExist: true })
    expect(database.prepare('SELECT what FROM brought').all()).toEqual([{ what: 'everything' }])
    const kept = createListStore(database, () => true).get(old.account)
    const opened = await openDeviceList(await list())
    expect(kept).toEqual(opened.outcome === 'valid' ? opened.signed : null)
    database.close()
    expect((await open()).me().account).toBe(old.account)
    expect(await left()).toEqual(['keys.json', 'latch.db'])
  })

  it('is told to nobody before the database is in its place', async () => {
    const identity = await open()
    const seen: boolean[] = []
    const stop = new AbortController()
    const watching = (async () => {
      for await (const item of identity.watch(stop.signal)) if (item.kind === 'event') seen.push(existsSync(files().database))
    })()
    await identity.arrive(await arrival())
    await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    await watching
    expect(seen).toEqual([true])
  })

  it('leaves the folder as fresh as before where furnishing fails', async () => {
    const identity = await open()
    const failing = await arrival({
      furnish: async (path, key) => {
        await furnish(path, key)
        throw new Error('the disk is full')
      },
    })
    await expect(identity.arrive(failing)).rejects.toThrow('the disk is full')
    expect(await left()).toEqual([])
    expect(identity.current().state).toBe('none')
    expect((await identity.arrive(await arrival())).account).toBe(old.account)
  })

  it('leaves the folder as fresh as before where the keys cannot be sealed', async () => {
    const identity = await open({ ...testVault(), seal: () => Promise.reject(new Error('no key store')) })
    await expect(identity.arrive(await arrival())).rejects.toThrow('no key store')
    expect(await left()).toEqual([])
  })

  it('is as if it had not begun where the process ended before the keys were written', async () => {
    await furnish(`${files().database}.arriving`, seeds.database)
    expect((await open()).current().state).toBe('none')
    expect(await left()).toEqual([])
  })

  it('is whole at the next start where the process ended after the keys were written', async () => {
    const identity = await open()
    await identity.arrive(await arrival())
    await rename(files().database, `${files().database}.arriving`)
    expect((await open()).current().state).toBe('ready')
    expect(await left()).toEqual(['keys.json', 'latch.db'])
  })

  it('never takes the place of an account or a database that is there', async () => {
    await writeFile(files().database, 'not empty')
    const locked = await open()
    await expect(locked.arrive(await arrival())).rejects.toMatchObject({ code: 'LOCKED' })
    await rm(files().database)
    const identity = await open()
    await identity.create('Bea')
    await expect(identity.arrive(await arrival())).rejects.toMatchObject({ code: 'ACCOUNT_EXISTS' })
    expect(identity.me().name).toBe('Bea')
  })
})
