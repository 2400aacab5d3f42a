import { AccountId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import { MAX_PASSED_ON, MAX_REVOKED_ACCOUNTS } from './limits.ts'
import { migrateIdentity } from './list-store.ts'

/** Accounts that count no more, across restarts. */
export interface RevokedStore {
  get(account: AccountId): Uint8Array | null
  /** When this device heard of it. */
  heardMs(account: AccountId): number | null
  /** `full`: others' ends take all the room there is; those of contacts, and what a person here published, find room always. */
  put(account: AccountId, envelope: Uint8Array, nowMs: number, isWanted: boolean): 'put' | 'known' | 'full'
  /** What is told with each hello: of contacts, and what was published here; the latest heard first. */
  passedOn(): Uint8Array[]
}

export function createRevokedStore(database: Database): RevokedStore {
  migrateIdentity(database)
  const insert = database.prepare<[string, Uint8Array, number, number]>(
    'INSERT OR IGNORE INTO revoked_accounts (account, envelope, heard_ms, wanted) VALUES (?, ?, ?, ?)',
  )
  const heard = database.prepare<[string], { heard_ms: number }>('SELECT heard_ms FROM revoked_accounts WHERE account = ?')
  const latest = database.prepare<[number], { envelope: Uint8Array }>(
    'SELECT envelope FROM revoked_accounts WHERE wanted = 1 ORDER BY heard_ms DESC, rowid DESC LIMIT ?',
  )
  const rows = database.prepare<[], { account: string; envelope: Uint8Array }>('SELECT account, envelope FROM revoked_accounts').all()
  // Asked for with every look-up of devices.
  const known = new Map<AccountId, Uint8Array>(rows.map(({ account, envelope }) => [AccountId.parse(account), new Uint8Array(envelope)]))
  return {
    get: (account) => known.get(account) ?? null,
    heardMs: (account) => heard.get(account)?.heard_ms ?? null,
    put(account, envelope, nowMs, isWanted) {
      if (known.has(account)) return 'known'
      if (known.size >= MAX_REVOKED_ACCOUNTS && !isWanted) return 'full'
      insert.run(account, envelope, Math.round(nowMs), isWanted ? 1 : 0)
      known.set(account, envelope)
      return 'put'
    },
    passedOn: () => latest.all(MAX_PASSED_ON).map(({ envelope }) => new Uint8Array(envelope)),
  }
}
