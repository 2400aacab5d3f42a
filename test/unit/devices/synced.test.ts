import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSynced, stepOf, type Synced, type SyncedPiece } from '../../../src/main/features/devices/synced.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'

/** Contacts as a feature keeps them: tells of every change, also of one that another device asked for. */
class Contacts {
  readonly kept = new Map<string, unknown>()
  readonly #listeners = new Set<(key: string) => void>()

  piece(): SyncedPiece {
    return {
      prefix: 'contact:',
      keys: () => [...this.kept.keys()],
      get: (key) => this.kept.get(key) ?? null,
      take: (key, value) => this.set(key, value),
      onChanged: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
  }

  set(key: string, value: unknown): void {
    if (value === null) this.kept.delete(key)
    else this.kept.set(key, value)
    for (const listener of this.#listeners) listener(key)
  }
}

/** Devices of one account, and the notes that each says to all; `deliver` hands over what waits. */
class Account {
  readonly devices: { contacts: Contacts; synced: Synced; said: Map<string, { value: unknown; at: number }>; inbox: { key: string; value: unknown; at: number }[] }[] = []
  clock = 0
  writes = 0

  add(contacts = new Contacts(), database: Database = openMemoryDatabase()): number {
    const said = new Map<string, { value: unknown; at: number }>()
    const inbox: { key: string; value: unknown; at: number }[] = []
    const me = this.devices.length
    const synced = createSynced({
      database,
      log: silentLog,
      pieces: [contacts.piece()],
      remember: async (key, value) => {
        this.writes += 1
        const at = ++this.clock * 100 + me
        for (const device of this.devices) device.inbox.push({ key, value, at })
        this.hear(me)
      },
      recall: (key) => said.get(key)?.value,
      saidKeys: (prefix) => [...said.keys()].filter((key) => key.startsWith(prefix)),
    })
    this.devices.push({ contacts, synced, said, inbox })
    return me
  }

  /** As chat's own state does: the last word by its place counts, and is told once. */
  hear(at: number): void {
    const device = this.devices[at]
    for (const line of device?.inbox.splice(0) ?? []) {
      const known = device?.said.get(line.key)
      if (device === undefined || (known !== undefined && known.at >= line.at)) continue
      device.said.set(line.key, line)
      device.synced.onState(line.key, line.value)
    }
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) {
      for (const [at, { synced }] of this.devices.entries()) {
        this.hear(at)
        await synced.settled()
      }
    }
  }

  async start(): Promise<void> {
    for (const { synced } of this.devices) await synced.start()
    await this.settle()
  }
}

const here = (account: Account): unknown[] => account.devices.map(({ contacts }) => Object.fromEntries([...contacts.kept].toSorted(([a], [b]) => a.localeCompare(b))))

describe('one key on two devices', () => {
  it('is said where only this device moved on, taken where only others did, and left where nobody did', () => {
    expect(stepOf('a', 'a', 'a')).toBe('nothing')
    expect(stepOf('b', 'a', 'a')).toBe('say')
    expect(stepOf('a', 'a', 'b')).toBe('take')
    expect(stepOf('b', 'a', 'b')).toBe('nothing')
  })

  it('is said by whoever has it first, and the word that was said stands where both moved on', () => {
    expect(stepOf('a', undefined, undefined)).toBe('say')
    expect(stepOf('b', 'a', 'c')).toBe('take')
    expect(stepOf('b', undefined, 'a')).toBe('take')
  })
})

describe('contacts on all devices of an account', () => {
  it('come to a device that has none, change everywhere, and go everywhere', async () => {
    const account = new Account()
    const [first, second] = [account.add(), account.add()].map((at) => account.devices[at])
    first?.contacts.set('bea', { petname: 'Bea', verified: true })
    await account.start()
    expect(here(account)).toEqual([{ bea: { petname: 'Bea', verified: true } }, { bea: { petname: 'Bea', verified: true } }])
    second?.contacts.set('bea', { verified: true, petname: 'Beatrice' })
    await account.settle()
    expect(here(account)[0]).toEqual({ bea: { petname: 'Beatrice', verified: true } })
    first?.contacts.set('bea', null)
    await account.settle()
    expect(here(account)).toEqual([{}, {}])
    expect(account.writes).toBe(3)
  })

  it('are not said again for being told, nor at a restart, nor in another order of their fields', async () => {
    const account = new Account()
    const database = openMemoryDatabase()
    const contacts = new Contacts()
    contacts.set('bea', { petname: 'Bea', verified: true })
    account.add(contacts, database)
    await account.start()
    expect(account.writes).toBe(1)
    const said = account.devices[0]?.said ?? new Map()
    await account.devices[0]?.synced.stop()
    account.devices.length = 0
    account.add(contacts, database)
    for (const [key, line] of said) account.devices[0]?.said.set(key, line)
    await account.start()
    contacts.set('bea', { verified: true, petname: 'Bea' })
    await account.settle()
    expect(account.writes).toBe(1)
  })

  it('takes at the start what was said while the process was being ended', async () => {
    const account = new Account()
    account.add()
    account.devices[0]?.said.set('contact:bea', { value: { petname: 'Bea' }, at: 1 })
    await account.start()
    expect(here(account)).toEqual([{ bea: { petname: 'Bea' } }])
    expect(account.writes).toBe(0)
  })

  it('passes over keys of others, and goes on where one cannot be done', async () => {
    const account = new Account()
    const at = account.add()
    await account.start()
    const broken = createSynced({
      database: openMemoryDatabase(), log: silentLog, remember: async () => {}, recall: () => undefined, saidKeys: () => [],
      pieces: [{ prefix: 'x:', keys: () => [], get: () => null, take: () => { throw new Error('no') }, onChanged: () => () => {} }],
    })
    broken.onState('x:1', 1)
    broken.onState('choices:abc', 1)
    await broken.settled()
    account.devices[at]?.synced.onState('choices:abc', { muted: true })
    await account.settle()
    expect(here(account)).toEqual([{}])
    await broken.stop()
  })

  it('end the same everywhere, whatever was changed where and heard when', async () => {
    const change = fc.record({
      device: fc.nat(2), key: fc.constantFrom('bea', 'cleo'), value: fc.option(fc.constantFrom({ petname: 'x' }, { petname: 'y' }), { nil: null }),
      hears: fc.array(fc.nat(2), { maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 20 }), async (changes) => {
        const account = new Account()
        for (let device = 0; device < 3; device += 1) account.add()
        await account.start()
        for (const { device, key, value, hears } of changes) {
          account.devices[device]?.contacts.set(key, value)
          for (const at of hears) {
            account.hear(at)
            await account.devices[at]?.synced.settled()
          }
        }
        await account.settle()
        const [first, ...others] = here(account)
        for (const other of others) expect(other).toEqual(first)
      }),
      { numRuns: 300 },
    )
  })
})
