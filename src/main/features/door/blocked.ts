import type { AccountId } from '../../../shared/ids.ts'
import type { DoorStore } from './store.ts'
import type { DoorEvent } from './types.ts'

interface Parts {
  readonly store: DoorStore
  readonly publish: (event: DoorEvent) => void
  /** Something changed that can change a decision. */
  readonly changed: () => void
  readonly hangUpOn: (account: AccountId) => void
}

/** The accounts that are shut out of everything, before all rules. */
export class Blocked {
  readonly #parts: Parts
  readonly #accounts: Set<AccountId>

  constructor(parts: Parts) {
    this.#parts = parts
    this.#accounts = new Set(parts.store.blocked())
  }

  list(): AccountId[] {
    return [...this.#accounts]
  }

  has(account: AccountId): boolean {
    return this.#accounts.has(account)
  }

  set(account: AccountId, isBlocked: boolean): AccountId[] {
    if (this.has(account) === isBlocked) return this.list()
    const { store, changed, hangUpOn } = this.#parts
    store.putBlocked(account, isBlocked)
    store.database.onRollback(() => this.#hold(account, !isBlocked))
    this.#hold(account, isBlocked)
    changed()
    if (isBlocked) hangUpOn(account)
    return this.list()
  }

  #hold(account: AccountId, isBlocked: boolean): void {
    if (isBlocked) this.#accounts.add(account)
    else this.#accounts.delete(account)
    this.#parts.publish({ event: 'blocked-changed', blocked: this.list() })
  }
}
