import { z } from 'zod'
import type { Database } from '../../platform/database.ts'
import { same } from './bytes.ts'
import type { Saying, Session } from './session.ts'

/** Something to sign, in one session. */
export interface ToSign {
  readonly saying: Saying
  readonly value: Uint8Array
}

export type Keeping = { readonly verdict: 'kept' } | { readonly verdict: 'refused'; readonly why: string }

/**
 * What this validator has signed, so that it never signs twice what may be signed once: not after a crash, not with
 * its clock set back, not from a copy of its database. Written before anything is sent.
 */
export interface SignedStore {
  /** Why we may only watch this session: something is signed in it, or nobody knows any more. Null: nothing stands against it. */
  bar(session: Session): string | null
  /** All of it or nothing, and durable when this returns. The same again is kept. Errors: LatchError INTERNAL, DAMAGED. */
  keep(session: Session, toSign: readonly ToSign[]): Keeping
  /** Forgets the slots of a network before this one, and that they may not be signed in again, it keeps. */
  forget(network: string, beforeSlot: number): void
}

export const migrations: readonly string[] = [
  `
  -- One row for each session in which anything was signed.
  CREATE TABLE consensus_signed (
    session BLOB PRIMARY KEY,
    network TEXT NOT NULL,
    slot INTEGER NOT NULL,
    first BLOB,
    second BLOB,
    committed BLOB
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX consensus_signed_slots ON consensus_signed (network, slot);
  -- Rows of slots before this are gone.
  CREATE TABLE consensus_forgotten (network TEXT PRIMARY KEY, before_slot INTEGER NOT NULL) STRICT;
  `,
]

const Blob = z.custom<Uint8Array>((value) => value instanceof Uint8Array).nullable()
const Row = z.object({ first: Blob, second: Blob, committed: Blob })
const Floor = z.object({ before_slot: z.int() })

const COLUMNS = { first: 'first', second: 'second', commit: 'committed' } as const

/** Over a memory database it is the memory form: for tests, and for whoever only watches. */
export function createSignedStore(database: Database): SignedStore {
  database.migrate('consensus', migrations)
  const select = database.prepare<[Uint8Array]>('SELECT first, second, committed FROM consensus_signed WHERE session = ?')
  const insert = database.prepare<[Uint8Array, string, number]>(
    'INSERT INTO consensus_signed (session, network, slot) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const write = (column: string) =>
    database.prepare<[Uint8Array, Uint8Array]>(`UPDATE consensus_signed SET ${column} = ? WHERE session = ?`)
  const updates = { first: write('first'), second: write('second'), commit: write('committed') }
  const floorOf = database.prepare<[string]>('SELECT before_slot FROM consensus_forgotten WHERE network = ?')
  const raise = database.prepare<[string, number]>(
    `INSERT INTO consensus_forgotten (network, before_slot) VALUES (?, ?)
     ON CONFLICT (network) DO UPDATE SET before_slot = max(before_slot, excluded.before_slot)`,
  )
  const drop = database.prepare<[string, number]>('DELETE FROM consensus_signed WHERE network = ? AND slot < ?')

  function isForgotten({ facts }: Session): boolean {
    const row = floorOf.get(facts.network)
    return row !== undefined && facts.slot < Floor.parse(row).before_slot
  }

  function keepOne(session: Session, { saying, value }: ToSign): string | null {
    const row = Row.parse(select.get(session.id))
    const before = row[COLUMNS[saying]]
    if (before === null) updates[saying].run(value, session.id)
    return before === null || same(before, value) ? null : `another value is signed as ${saying}`
  }

  return {
    bar(session) {
      if (isForgotten(session)) return 'what was signed in this slot is forgotten'
      return select.get(session.id) === undefined ? null : 'something is signed in this session, from before'
    },
    keep(session, toSign) {
      if (isForgotten(session)) return { verdict: 'refused', why: 'what was signed in this slot is forgotten' }
      try {
        database.transaction(() => {
          insert.run(session.id, session.facts.network, session.facts.slot)
          for (const one of toSign) {
            const why = keepOne(session, one)
            if (why !== null) throw new SignedTwiceError(why)
          }
        })
        return { verdict: 'kept' }
      } catch (error) {
        if (error instanceof SignedTwiceError) return { verdict: 'refused', why: error.message }
        throw error
      }
    },
    forget(network, beforeSlot) {
      database.transaction(() => {
        raise.run(network, beforeSlot)
        drop.run(network, beforeSlot)
      })
    },
  }
}

/** Takes the transaction back. */
class SignedTwiceError extends Error {
  override readonly name = 'SignedTwiceError'
}
