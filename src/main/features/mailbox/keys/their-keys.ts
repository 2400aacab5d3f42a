import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { MAX_CARD_LASTS_MS, openBatch, openCard, type Hex, type MailCard } from '../../../protocols/mailbox/index.ts'
import { KEYS_GIVEN, MAX_CARDS } from '../limits.ts'

/** A key of another device, taken for one letter. Either `use` it before the letter leaves, or put it `back`. */
export interface TakenKey {
  readonly id: Hex | null
  readonly publicKey: Uint8Array
  /** Forgets it, durably: nothing is ever sealed to it again. */
  use(): void
  back(): void
}

/** What other devices gave to this one: their cards, and keys that nobody else has. */
export class TheirKeys {
  readonly #database: Database
  readonly #clock: Clock
  readonly #me: PeerId
  readonly #sql
  /** Taken by letters that are on their way. */
  readonly #reserved = new Set<Hex>()

  constructor(parts: { database: Database; clock: Clock; me: PeerId }) {
    this.#database = parts.database
    this.#clock = parts.clock
    this.#me = parts.me
    this.#sql = statements(parts.database)
  }

  /** The newest card of a device, while it is good. */
  async card(device: PeerId): Promise<MailCard | null> {
    const row = this.#sql.card.get(device)
    if (row === undefined || row.until_ms <= this.#clock.nowMs()) return null
    const opened = await openCard(row.envelope)
    return opened.outcome === 'valid' ? opened.value : null
  }

  /** Whether there is a card of it that is good. */
  isKnown(device: PeerId): boolean {
    return (this.#sql.card.get(device)?.until_ms ?? 0) > this.#clock.nowMs()
  }

  /** Number of the newest card of a device; undefined: none. */
  seen(device: PeerId): number | undefined {
    return this.#sql.card.get(device)?.seq
  }

  /** Keys of this device that are left, and good. */
  unused(device: PeerId): Hex[] {
    return this.#sql.keys.all(device, this.#clock.nowMs()).map(({ id }) => id)
  }

  /** `account`: whose device it has proven to be, or says that it is. */
  async learnCard(envelope: Uint8Array, device: PeerId, account: AccountId): Promise<'new' | 'old' | { false: string }> {
    const opened = await openCard(envelope)
    if (opened.outcome === 'invalid') return { false: opened.why }
    const card = opened.value
    if (card.device !== device || card.account !== account) return { false: 'a card of another device' }
    const seen = this.seen(device)
    if (seen !== undefined && card.seq <= seen) return 'old'
    const untilMs = Math.min(card.untilMs, this.#clock.nowMs() + MAX_CARD_LASTS_MS)
    this.#database.transaction(() => {
      this.#sql.addCard.run(device, account, card.seq, untilMs, envelope)
      this.#sql.trim.run(MAX_CARDS)
    })
    return 'new'
  }

  async learnKeys(envelope: Uint8Array, device: PeerId): Promise<'new' | { false: string }> {
    const opened = await openBatch(envelope)
    if (opened.outcome === 'invalid') return { false: opened.why }
    const { value } = opened
    if (value.device !== device || value.to !== this.#me) return { false: 'keys of another device, or for another' }
    const untilMs = Math.min(value.untilMs, this.#clock.nowMs() + MAX_CARD_LASTS_MS)
    this.#database.transaction(() => {
      const room = 2 * KEYS_GIVEN - this.unused(device).length
      for (const { id, key } of value.keys.slice(0, Math.max(0, room))) this.#sql.addKey.run(id, device, key, untilMs)
    })
    return 'new'
  }

  /** Its device says that these open nothing any more. */
  drop(device: PeerId, ids: readonly Hex[]): void {
    this.#database.transaction(() => {
      for (const id of ids) this.#sql.removeOf.run(id, device)
    })
  }

  /** A key for one letter to the device of this card: one that is used once where there is any. Null: none is good any more. */
  take(card: MailCard): TakenKey | null {
    const nowMs = this.#clock.nowMs()
    const once = this.#sql.keys.all(card.device, nowMs).find(({ id }) => !this.#reserved.has(id))
    if (once === undefined) {
      if (card.weekly.untilMs <= nowMs) return null
      return { id: null, publicKey: card.weekly.key, use: () => {}, back: () => {} }
    }
    const { id } = once
    this.#reserved.add(id)
    const back = (): void => void this.#reserved.delete(id)
    const use = (): void => {
      this.#sql.remove.run(id)
      back()
    }
    return { id, publicKey: once.public, use, back }
  }

  /** Devices of this account that gave a card. */
  devicesOf(account: AccountId): PeerId[] {
    return this.#sql.devicesOf.all(account).map(({ device }) => device)
  }

  forget(device: PeerId): void {
    this.#database.transaction(() => {
      this.#sql.removeCard.run(device)
      this.#sql.removeAll.run(device)
    })
  }

  sweep(): void {
    const nowMs = this.#clock.nowMs()
    this.#database.transaction(() => {
      this.#sql.oldCards.run(nowMs)
      this.#sql.oldKeys.run(nowMs)
    })
  }
}

interface CardRow {
  readonly seq: number
  readonly until_ms: number
  readonly envelope: Uint8Array
}

function statements(database: Database) {
  return {
    card: database.prepare<[string], CardRow>('SELECT seq, until_ms, envelope FROM mail_cards WHERE device = ?'),
    addCard: database.prepare<[string, string, number, number, Uint8Array]>('INSERT OR REPLACE INTO mail_cards VALUES (?, ?, ?, ?, ?)'),
    trim: database.prepare<[number]>(
      'DELETE FROM mail_cards WHERE device IN (SELECT device FROM mail_cards ORDER BY until_ms DESC LIMIT -1 OFFSET ?)',
    ),
    removeCard: database.prepare<[string]>('DELETE FROM mail_cards WHERE device = ?'),
    devicesOf: database.prepare<[string], { device: PeerId }>('SELECT device FROM mail_cards WHERE account = ?'),
    oldCards: database.prepare<[number]>('DELETE FROM mail_cards WHERE until_ms <= ?'),
    keys: database.prepare<[string, number], { id: Hex; public: Uint8Array }>(
      'SELECT id, public FROM mail_their_keys WHERE device = ? AND until_ms > ? ORDER BY until_ms, rowid',
    ),
    addKey: database.prepare<[string, string, Uint8Array, number]>('INSERT OR IGNORE INTO mail_their_keys VALUES (?, ?, ?, ?)'),
    remove: database.prepare<[string]>('DELETE FROM mail_their_keys WHERE id = ?'),
    removeOf: database.prepare<[string, string]>('DELETE FROM mail_their_keys WHERE id = ? AND device = ?'),
    removeAll: database.prepare<[string]>('DELETE FROM mail_their_keys WHERE device = ?'),
    oldKeys: database.prepare<[number]>('DELETE FROM mail_their_keys WHERE until_ms <= ?'),
  }
}
