import type { AccountId } from '../../../shared/ids.ts'
import { encode } from '../../platform/cbor.ts'
import type { Database } from '../../platform/database.ts'
import { readDeviceList, type SignedList } from './device-list.ts'
import { MAX_LISTS_IN_MEMORY, MAX_STRANGERS_LISTS, PRUNE_SLACK } from './limits.ts'

/** The newest device list of each account, across restarts. A memory database makes the memory form. */
export interface ListStore {
  get(account: AccountId): SignedList | null
  /** Takes the place of the account's list. Beyond the bound, the strangers whose lists came first are dropped. */
  put(signed: SignedList, nowMs: number): void
}

const MIGRATIONS = [
  `CREATE TABLE device_lists (
     account TEXT PRIMARY KEY,
     payload BLOB NOT NULL,
     envelope BLOB NOT NULL,
     stored_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX device_lists_by_age ON device_lists (stored_ms)`,
  `CREATE TABLE revoked_accounts (
     account TEXT PRIMARY KEY,
     envelope BLOB NOT NULL,
     heard_ms INTEGER NOT NULL,
     wanted INTEGER NOT NULL
   ) STRICT`,
]

export function migrateIdentity(database: Database): void {
  database.migrate('identity', MIGRATIONS)
}

/** `isKept`: accounts whose lists are never dropped, contacts and oneself. */
export function createListStore(database: Database, isKept: (account: AccountId) => boolean): ListStore {
  migrateIdentity(database)
  const select = database.prepare<[string], { payload: Uint8Array; envelope: Uint8Array }>(
    'SELECT payload, envelope FROM device_lists WHERE account = ?',
  )
  const upsert = database.prepare<[string, Uint8Array, Uint8Array, number]>(
    `INSERT INTO device_lists (account, payload, envelope, stored_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (account) DO UPDATE SET
       payload = excluded.payload, envelope = excluded.envelope, stored_ms = excluded.stored_ms`,
  )
  const newestFirst = database.prepare<[], { account: AccountId }>(
    'SELECT account FROM device_lists ORDER BY stored_ms DESC, rowid DESC',
  )
  const remove = database.prepare<[string]>('DELETE FROM device_lists WHERE account = ?')

  const dropOldestStrangers = (): void => {
    const strangers = newestFirst.all().filter(({ account }) => !isKept(account))
    database.transaction(() => {
      for (const { account } of strangers.slice(MAX_STRANGERS_LISTS)) remove.run(account)
    })
  }
  /** Read of late, the one read longest ago first: a look-up asks for those of all contacts, and reading one takes 0.1 ms. */
  const inMemory = new Map<AccountId, SignedList | null>()
  const read = (account: AccountId): SignedList | null => {
    const row = select.get(account)
    // The signature was checked before this was stored, and the database is sealed against everybody else.
    return row === undefined ? null : { list: readDeviceList(row.payload), envelope: new Uint8Array(row.envelope) }
  }
  // The first one prunes: what a former run left over the bound goes then.
  let putsUntilPruning = 1

  return {
    get(account) {
      const known = inMemory.get(account)
      if (known !== undefined) return known
      const list = read(account)
      inMemory.set(account, list)
      const [oldest] = inMemory.keys()
      if (inMemory.size > MAX_LISTS_IN_MEMORY && oldest !== undefined) inMemory.delete(oldest)
      return list
    },
    put({ list, envelope }, nowMs) {
      upsert.run(list.account, encode(list), envelope, nowMs)
      inMemory.delete(list.account)
      putsUntilPruning -= 1
      if (putsUntilPruning > 0) return
      putsUntilPruning = PRUNE_SLACK
      dropOldestStrangers()
      inMemory.clear()
    },
  }
}
