import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { PinNames } from './index.ts'
import { NAMES_LOOK_MS } from './limits.ts'
import { isFrozen, isHeldBack, lookedAt, whyHeldBack, type StoredPin } from './pin.ts'
import type { PinStore } from './pin-store.ts'
import type { ConversationRow, LogStore } from './store.ts'

interface PinsParts {
  readonly store: LogStore
  readonly pins: PinStore
  readonly clock: Clock
  readonly names: PinNames
  readonly me: AccountId
  /** Stored, durably. */
  readonly onChanged: (row: ConversationRow, before: StoredPin | null, now: StoredPin | null) => void
}

/** Names by which conversations were opened, held against what the ledger says. */
export class Pins {
  readonly #parts: PinsParts
  #cancel: Cancel = () => {}

  constructor(parts: PinsParts) {
    this.#parts = parts
  }

  /** Looks now, and each hour from then on: a term ends by the clock alone. */
  start(): void {
    this.#cancel = this.#parts.clock.after(NAMES_LOOK_MS, () => this.start())
    this.look()
  }

  stop(): void {
    this.#cancel()
  }

  of(row: ConversationRow): StoredPin | null {
    return this.#parts.pins.of(row.key)
  }

  isHeldBack(conversation: ConversationId): boolean {
    const row = this.#parts.store.conversation(conversation)
    return row !== null && isHeldBack(this.of(row))
  }

  /** Why nothing goes out to an account; null where it does. */
  whyHeldBack(account: AccountId): string | null {
    const row = this.#parts.store.conversationWith(account)
    return row === null ? null : whyHeldBack(this.of(row))
  }

  /** All names of the active network, anew. */
  look(): void {
    const { pins, names, clock, store } = this.#parts
    const network = names.network()
    const rows = new Map(store.conversations().map((row) => [row.key, row]))
    for (const pin of pins.all()) {
      const row = rows.get(pin.conversation)
      if (pin.network !== network || row === undefined) continue
      const now = lookedAt(pin, names.ownerOf(pin.fullName), clock.nowMs())
      if (now !== pin) this.#change(row, pin, now)
    }
  }

  /** Errors: LatchError CONFLICT (it is not this account's), BUSY (nobody can say so now). */
  check(account: AccountId, fullName: string): void {
    const owner = this.#parts.names.ownerOf(fullName)
    if (owner === account) return
    if (owner === 'unknown') throw notKnownNow(fullName)
    if (owner === null) throw new LatchError('CONFLICT', `${fullName} belongs to nobody now.`)
    throw new LatchError('CONFLICT', `${fullName} belongs to another account. Look it up again.`)
  }

  /** A name that `check` took. A conversation whose name moved waits for its decision first: nothing changes. */
  pin(row: ConversationRow, fullName: string): void {
    const { clock, names } = this.#parts
    const before = this.of(row)
    const network = names.network()
    if (row.account === null || isFrozen(before)) return
    if (before?.leftMs === null && before.network === network && before.fullName === fullName) return
    this.#change(row, before, {
      conversation: row.key,
      network,
      fullName,
      account: row.account,
      sinceMs: clock.nowMs(),
      moved: null,
      lapsed: false,
      leftMs: null,
      holds: before?.holds ?? false,
    })
  }

  /** Goes on with the account known before. Errors: LatchError CONFLICT. */
  keep(row: ConversationRow): void {
    this.#change(row, this.#frozen(row), null)
  }

  /**
   * The conversation with the new owner, by `open`, which makes it if there is none and pins it. To the old account
   * nothing goes out before they write there again: what waits was perhaps never meant for it. Errors: LatchError
   * CONFLICT, BUSY.
   */
  follow(row: ConversationRow, open: (account: AccountId, fullName: string) => ConversationRow): ConversationRow {
    const { clock, me } = this.#parts
    const pin = this.#frozen(row)
    const owner = this.#ownerNow(pin)
    if (owner === me) throw new LatchError('CONFLICT', `${pin.fullName} is your own now.`)
    const next = open(owner, pin.fullName)
    this.#change(row, pin, { ...pin, leftMs: clock.nowMs(), holds: true })
    return next
  }

  /** They write here again: what was left behind goes with it. To be part of the transaction that stores the message. */
  writeAgain(row: ConversationRow): void {
    const { pins } = this.#parts
    const pin = this.of(row)
    if (pin === null) return
    if (pin.leftMs !== null) pins.remove(row.key)
    else if (pin.holds) pins.put({ ...pin, holds: false })
  }

  #frozen(row: ConversationRow): StoredPin {
    const pin = this.of(row)
    if (isFrozen(pin)) return pin
    const name = pin === null || pin.leftMs !== null ? 'No name of this conversation' : pin.fullName
    throw new LatchError('CONFLICT', `${name} belongs to another account: there is nothing to decide.`)
  }

  #ownerNow({ network, fullName }: StoredPin): AccountId {
    const { names } = this.#parts
    if (names.network() !== network) {
      throw new LatchError('CONFLICT', `${fullName} is a name of another network: use that one first.`)
    }
    const owner = names.ownerOf(fullName)
    if (owner === 'unknown') throw notKnownNow(fullName)
    if (owner === null) throw new LatchError('CONFLICT', `${fullName} belongs to nobody now.`)
    return owner
  }

  #change(row: ConversationRow, before: StoredPin | null, now: StoredPin | null): void {
    const { store, pins, onChanged } = this.#parts
    store.transaction(() => {
      if (now === null) pins.remove(row.key)
      else pins.put(now)
    })
    onChanged(row, before, now)
  }
}

function notKnownNow(fullName: string): LatchError {
  return new LatchError('BUSY', `Whose ${fullName} is cannot be said yet: the ledger is catching up.`)
}
