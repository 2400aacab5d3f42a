import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId } from '../../../../shared/ids.ts'
import type { NameLabel } from '../../../../shared/model/ledger.ts'
import type { MyName } from '../../../../shared/model/names.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Claims } from '../claims.ts'
import type { ClaimStore } from '../claim-store.ts'
import { reminderDue } from '../reminders.ts'
import type { NamesEvent, NamesNetwork } from '../types.ts'
import type { LedgerOf } from './ledger-of.ts'
import { REMIND_AFTER_START_MS, REMIND_LOOK_FIRST_MS, REMIND_LOOK_LAST_MS } from './limits.ts'
import { type Mine, mineOf } from './mine.ts'
import type { OwnShelf } from './own-shelf.ts'

export interface MyNamesParts {
  readonly me: AccountId
  readonly network: NamesNetwork
  readonly ledger: LedgerOf
  readonly claims: Claims
  readonly claimStore: ClaimStore
  readonly shelf: OwnShelf
  readonly clock: Clock
  readonly log: Log
  readonly tell: (event: NamesEvent) => void
}

/** The names that concern this account: each change of one is told, and what their owner is to be reminded of, once. */
export class MyNames {
  readonly #parts: MyNamesParts
  #told = new Map<NameLabel, { readonly name: MyName; readonly as: string }>()
  #startedMs = -Infinity
  #isNoticed = false
  #isRunning = false
  #cancelTimer: Cancel = () => {}

  constructor(parts: MyNamesParts) {
    this.#parts = parts
  }

  /** From now on changes are told; what is there now was not a change. */
  start(): void {
    this.#isRunning = true
    this.#startedMs = this.#parts.clock.monotonicMs()
    this.#told = new Map(this.#mine()?.map(({ name }) => [name.name, { name, as: asTold(name) }]))
    this.#lookIn(REMIND_AFTER_START_MS)
  }

  stop(): void {
    this.#isRunning = false
    this.#cancelTimer()
  }

  /** As of now; as it was told last, while the ledger is being opened. */
  list(): MyName[] {
    return this.#mine()?.map(({ name }) => name) ?? Array.from(this.#told.values(), ({ name }) => name)
  }

  /** Something may have changed: looked at once for all that comes in this turn. */
  noticed(): void {
    if (this.#isNoticed || !this.#isRunning) return
    this.#isNoticed = true
    queueMicrotask(() => {
      this.#isNoticed = false
      try {
        if (this.#isRunning) this.#look()
      } catch (error) {
        this.#parts.log.error({ error }, 'own names could not be looked at')
      }
    })
  }

  #look(): void {
    const { tell } = this.#parts
    const mine = this.#mine()
    if (mine === null) return
    const before = this.#told
    this.#told = new Map(mine.map(({ name }) => [name.name, { name, as: asTold(name) }]))
    for (const [name, { name: shown, as }] of this.#told) {
      if (before.get(name)?.as !== as) tell({ event: 'name-changed', name: shown })
    }
    for (const name of before.keys()) if (!this.#told.has(name)) tell({ event: 'name-gone', name })
    this.#remind(mine)
  }

  #remind(mine: readonly Mine[]): void {
    const { clock, claimStore, ledger, tell } = this.#parts
    const nowMs = clock.nowMs()
    const nexts = mine.flatMap(({ nextMs }) => nextMs ?? [])
    this.#lookIn(nexts.length === 0 ? REMIND_LOOK_LAST_MS : Math.min(...nexts) - nowMs)
    const waitMs = this.#startedMs + REMIND_AFTER_START_MS - clock.monotonicMs()
    if (waitMs > 0) return this.#lookIn(waitMs)
    // What a ledger that is behind says of a term may have changed since.
    if (ledger.behind() !== null) return
    for (const { name, atHand } of mine) {
      // Asked of the database only where there may be something to say.
      if (atHand === null || name.attention === null || reminderDue(atHand, null, nowMs) === null) continue
      const { expiresMs } = atHand.onLedger
      const daysLeft = reminderDue(atHand, claimStore.remindedAt(name.name, expiresMs), nowMs)
      if (daysLeft === null) continue
      // Written down first: told twice is worse than not at all, as it stands beside the name too.
      claimStore.reminded(name.name, expiresMs, daysLeft)
      tell({ event: 'reminder', name: name.name, fullName: name.fullName, sentence: name.attention, daysLeft })
    }
  }

  #lookIn(ms: number): void {
    this.#cancelTimer()
    const waitMs = Math.min(REMIND_LOOK_LAST_MS, Math.max(REMIND_LOOK_FIRST_MS, ms))
    this.#cancelTimer = this.#parts.clock.after(waitMs, () => this.noticed())
  }

  /** Null: the ledger is being opened, or another network is followed. */
  #mine(): Mine[] | null {
    const { me, network, ledger, claims, shelf, clock } = this.#parts
    try {
      return mineOf({
        me: { account: me, isEnded: ledger.isEnded() },
        network,
        nowMs: clock.nowMs(),
        owned: ledger.names(),
        offers: ledger.offers(),
        claims: claims.list(),
        zoneOf: (name) => shelf.zone(name)?.zone ?? null,
        publicationOf: (name) => shelf.publication(name),
      })
    } catch (error) {
      if (error instanceof LatchError && error.code === 'BUSY') return null
      throw error
    }
  }
}

/** A zone is told by its number: its records follow from it. */
function asTold({ zone, ...rest }: MyName): string {
  return JSON.stringify({ ...rest, zone: zone === null ? null : { owner: zone.owner, seq: zone.seq } })
}
