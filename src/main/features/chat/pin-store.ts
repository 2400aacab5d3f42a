import { z } from 'zod'
import { AccountId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import type { StoredPin } from './pin.ts'

const Row = z.object({
  conversation: z.int(),
  network: z.string(),
  full_name: z.string(),
  account: AccountId,
  since_ms: z.int(),
  moved_to: AccountId.nullable(),
  noticed_ms: z.int().nullable(),
  lapsed: z.int(),
  left_ms: z.int().nullable(),
  holds: z.int(),
})

/** Pins by conversation: a copy in memory, as every frame that goes out asks for them. The table is chat's migration. */
export class PinStore {
  readonly #database: Database
  readonly #sql: ReturnType<typeof prepareAll>
  readonly #pins: Map<number, StoredPin>

  constructor(database: Database) {
    this.#database = database
    this.#sql = prepareAll(database)
    this.#pins = new Map(this.#sql.all.all().map((value) => read(value)).map((pin) => [pin.conversation, pin]))
  }

  all(): StoredPin[] {
    return [...this.#pins.values()]
  }

  of(conversation: number): StoredPin | null {
    return this.#pins.get(conversation) ?? null
  }

  put(pin: StoredPin): void {
    this.#sql.put.run({
      conversation: pin.conversation,
      network: pin.network,
      full_name: pin.fullName,
      account: pin.account,
      since_ms: pin.sinceMs,
      moved_to: pin.moved?.to ?? null,
      noticed_ms: pin.moved?.noticedMs ?? null,
      lapsed: pin.lapsed ? 1 : 0,
      left_ms: pin.leftMs,
      holds: pin.holds ? 1 : 0,
    })
    this.#hold(pin.conversation, pin)
  }

  remove(conversation: number): void {
    this.#sql.remove.run(conversation)
    this.#hold(conversation, null)
  }

  #hold(conversation: number, pin: StoredPin | null): void {
    const before = this.of(conversation)
    this.#set(conversation, pin)
    this.#database.onRollback(() => this.#set(conversation, before))
  }

  #set(conversation: number, pin: StoredPin | null): void {
    if (pin === null) this.#pins.delete(conversation)
    else this.#pins.set(conversation, pin)
  }
}

function read(value: unknown): StoredPin {
  const row = Row.parse(value)
  const { moved_to: to, noticed_ms: noticedMs } = row
  return {
    conversation: row.conversation,
    network: row.network,
    fullName: row.full_name,
    account: row.account,
    sinceMs: row.since_ms,
    moved: to === null || noticedMs === null ? null : { to, noticedMs },
    lapsed: row.lapsed === 1,
    leftMs: row.left_ms,
    holds: row.holds === 1,
  }
}

function prepareAll(db: Database) {
  return {
    all: db.prepare('SELECT * FROM chat_pins'),
    put: db.prepare<[z.infer<typeof Row>]>(
      `INSERT INTO chat_pins (conversation, network, full_name, account, since_ms, moved_to, noticed_ms, lapsed, left_ms,
         holds)
       VALUES (@conversation, @network, @full_name, @account, @since_ms, @moved_to, @noticed_ms, @lapsed, @left_ms, @holds)
       ON CONFLICT (conversation) DO UPDATE SET
         network = excluded.network, full_name = excluded.full_name, account = excluded.account,
         since_ms = excluded.since_ms, moved_to = excluded.moved_to, noticed_ms = excluded.noticed_ms,
         lapsed = excluded.lapsed, left_ms = excluded.left_ms, holds = excluded.holds`,
    ),
    remove: db.prepare<[number]>('DELETE FROM chat_pins WHERE conversation = ?'),
  }
}
