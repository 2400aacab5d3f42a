import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { MailHolder } from '../../../../shared/model/mailbox.ts'
import type { Database } from '../../../platform/database.ts'
import type { Hex } from '../../../protocols/mailbox/index.ts'

/** Somebody who holds our mail, is asked to, or said no. `left`: we do not want them to, and they are not asked by themselves. */
export interface Holding extends Omit<MailHolder, 'state'> {
  readonly state: MailHolder['state'] | 'left'
  /** What those who write to us say there. */
  readonly box: Hex
  /** When it last answered. */
  readonly answeredMs: number | null
}

interface Row {
  readonly peer: PeerId
  readonly account: AccountId | null
  readonly kind: MailHolder['kind']
  readonly state: Holding['state']
  readonly box: Hex
  readonly quota_bytes: number
  readonly used_bytes: number
  readonly checked_ms: number | null
  readonly answered_ms: number | null
  readonly why: string | null
}

/** Our holders, across restarts. */
export class HolderStore {
  readonly #sql

  constructor(database: Database) {
    this.#sql = {
      all: database.prepare<[], Row>('SELECT * FROM mail_holders ORDER BY peer'),
      get: database.prepare<[string], Row>('SELECT * FROM mail_holders WHERE peer = ?'),
      put: database.prepare<[string, string | null, string, string, string, number, number, number | null, number | null, string | null]>(
        'INSERT OR REPLACE INTO mail_holders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ),
      remove: database.prepare<[string]>('DELETE FROM mail_holders WHERE peer = ?'),
    }
  }

  all(): Holding[] {
    return this.#sql.all.all().map(holdingOf)
  }

  get(peerId: PeerId): Holding | null {
    const row = this.#sql.get.get(peerId)
    return row === undefined ? null : holdingOf(row)
  }

  put(holding: Holding): void {
    const { peerId, account, kind, state, box, quotaBytes, usedBytes, checkedMs, answeredMs, why } = holding
    this.#sql.put.run(peerId, account, kind, state, box, quotaBytes, usedBytes, checkedMs, answeredMs, why)
  }

  remove(peerId: PeerId): void {
    this.#sql.remove.run(peerId)
  }
}

function holdingOf(row: Row): Holding {
  return {
    peerId: row.peer,
    account: row.account,
    kind: row.kind,
    state: row.state,
    box: row.box,
    quotaBytes: row.quota_bytes,
    usedBytes: row.used_bytes,
    checkedMs: row.checked_ms,
    answeredMs: row.answered_ms,
    why: row.why,
  }
}
