import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase, type Database } from '../../../src/main/platform/database.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import { townOn } from './mail-town.ts'

/*
 * Somebody who fetches her letters, as a process of its own that is ended at any moment: `node crashing.ts <folder> <account> <holder>`.
 * Says when it begins.
 */

export function databaseAt(folder: string): Database {
  return openDatabase(join(folder, 'latch.db'), new Uint8Array(32).fill(7))
}

/** What the taker of letters keeps: each once, and how often it came. */
export const STORY = 'CREATE TABLE IF NOT EXISTS story (text TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT'

export function keep(database: Database, text: string): void {
  database.prepare<[string]>('INSERT INTO story VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1').run(text)
}

async function live(folder: string, account: AccountId, holder: string): Promise<void> {
  const where = townOn(systemClock, async () => {})
  const database = databaseAt(folder)
  database.prepare(STORY).run()
  const deviceKey = privateKeyFromProtobuf(readFileSync(join(folder, 'key')))
  const connect = async (): Promise<void> => void (await bea.node.libp2p.dial(multiaddr(holder)))
  const bea = await where.resident('Bea', { transport: 'tcp', account, deviceKey, database, parts: { connect } })
  bea.take = async ({ bytes }) => {
    keep(database, Buffer.from(bytes).toString())
    return 'taken'
  }
  process.stdout.write('begins\n')
}

if (import.meta.filename === process.argv[1]) {
  const [, , folder = '', account = '', holder = ''] = process.argv
  await live(folder, account as AccountId, holder)
  setInterval(() => {}, 1_000)
}
