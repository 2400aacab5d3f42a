import { z } from 'zod'
import { AccountId, PeerId } from '../../../shared/ids.ts'
import { GroupName, type Person } from '../../../shared/model/contacts.ts'
import type { Database } from '../../platform/database.ts'

/** A person as kept: what others decide about them (blocked, names, revoked) or what follows from the ids (safety words) is not. */
export interface StoredPerson extends Omit<Person, 'blocked' | 'names' | 'safetyWords' | 'trust'> {
  readonly trust: Exclude<Person['trust'], 'revoked'>
}

/** A memory database makes the memory form. */
export interface PersonStore {
  all(): StoredPerson[]
  put(person: StoredPerson): void
  remove(account: AccountId): void
}

/** Steps are only ever added at the end. */
export const MIGRATIONS = [
  `CREATE TABLE people (
     account TEXT PRIMARY KEY,
     claimed_name TEXT NOT NULL,
     petname TEXT,
     trust TEXT NOT NULL,
     demo INTEGER NOT NULL,
     devices TEXT NOT NULL,
     first_met_ms INTEGER NOT NULL,
     last_seen_ms INTEGER
   ) STRICT`,
  // Not `groups`, which is a word of SQL.
  `ALTER TABLE people ADD COLUMN in_groups TEXT NOT NULL DEFAULT '[]'`,
]

const Row = z.object({
  account: AccountId,
  claimed_name: z.string(),
  petname: z.string().nullable(),
  trust: z.enum(['unverified', 'verified', 'changed']),
  demo: z.int(),
  devices: z.string(),
  first_met_ms: z.int(),
  last_seen_ms: z.int().nullable(),
  in_groups: z.string(),
})
const Devices = z.array(PeerId)
const Groups = z.array(GroupName)

export function createPersonStore(database: Database): PersonStore {
  database.migrate('contacts', MIGRATIONS)
  const select = database.prepare('SELECT * FROM people')
  const upsert = database.prepare<[z.infer<typeof Row>]>(
    `INSERT INTO people (account, claimed_name, petname, trust, demo, devices, first_met_ms, last_seen_ms,
       in_groups)
     VALUES (@account, @claimed_name, @petname, @trust, @demo, @devices, @first_met_ms, @last_seen_ms,
       @in_groups)
     ON CONFLICT (account) DO UPDATE SET
       claimed_name = excluded.claimed_name, petname = excluded.petname, trust = excluded.trust,
       demo = excluded.demo, devices = excluded.devices, last_seen_ms = excluded.last_seen_ms,
       in_groups = excluded.in_groups`,
  )
  const remove = database.prepare<[string]>('DELETE FROM people WHERE account = ?')

  return {
    all: () =>
      select.all().map((value) => {
        const row = Row.parse(value)
        return {
          account: row.account,
          claimedName: row.claimed_name,
          petname: row.petname,
          trust: row.trust,
          demo: row.demo === 1,
          devices: Devices.parse(JSON.parse(row.devices)),
          firstMetMs: row.first_met_ms,
          lastSeenMs: row.last_seen_ms,
          groups: Groups.parse(JSON.parse(row.in_groups)),
        }
      }),
    put(person) {
      upsert.run({
        account: person.account,
        claimed_name: person.claimedName,
        petname: person.petname,
        trust: person.trust,
        demo: person.demo ? 1 : 0,
        devices: JSON.stringify(person.devices),
        first_met_ms: person.firstMetMs,
        last_seen_ms: person.lastSeenMs,
        in_groups: JSON.stringify(person.groups),
      })
    },
    remove(account) {
      remove.run(account)
    },
  }
}
