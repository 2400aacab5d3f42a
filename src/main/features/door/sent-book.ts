import type { AccountId, KnockId, PeerId } from '../../../shared/ids.ts'
import type { About, Capability, SentKnock } from '../../../shared/model/door.ts'
import { MAX_SENT } from './limits.ts'
import { entryOf, isOpen, type Entry } from './sent-entry.ts'
import type { DoorStore } from './store.ts'
import type { DoorEvent } from './types.ts'

/** Our knocks, as they are kept and told; what is done about each is for others. */
export class SentBook {
  readonly #store: DoorStore
  readonly #publish: (event: DoorEvent) => void
  readonly #entries = new Map<KnockId, Entry>()

  constructor(parts: { store: DoorStore; publish: (event: DoorEvent) => void }) {
    this.#store = parts.store
    this.#publish = parts.publish
    for (const record of parts.store.sent().toReversed()) this.#entries.set(record.sent.id, entryOf(record))
  }

  all(): Iterable<Entry> {
    return this.#entries.values()
  }

  get(id: KnockId): Entry | undefined {
    return this.#entries.get(id)
  }

  /** Newest first. */
  list(): SentKnock[] {
    return [...this.#entries.values()].map((entry) => entry.record.sent).toReversed()
  }

  add(entry: Entry): void {
    this.#entries.set(entry.record.sent.id, entry)
    for (const [id, old] of this.#entries) {
      if (this.#entries.size <= MAX_SENT) break
      if (!isOpen(old)) this.#entries.delete(id)
    }
    this.set(entry, {})
  }

  /** Whatever it waited for, it waits no longer. */
  set(entry: Entry, change: Partial<SentKnock>): SentKnock {
    const sent = { ...entry.record.sent, ...change }
    entry.record = { ...entry.record, sent }
    entry.cancelWait()
    this.#store.putSent(entry.record)
    this.#publish({ event: 'sent-knock-changed', sent })
    return sent
  }

  /** An open knock at the same device or account that asks for the same. */
  openTo(to: { peerId: PeerId; account: AccountId | null }, asks: Asks, except?: Entry): Entry | undefined {
    return [...this.#entries.values()].find((entry) => {
      const { sent } = entry.record
      if (entry === except || !isOpen(entry) || !isSame(sent, asks)) return false
      return sent.peerId === to.peerId || (to.account !== null && sent.account === to.account)
    })
  }

  /** Nothing they say about it counts from now on. */
  close(entry: Entry): void {
    entry.record = { ...entry.record, opened: null, isOver: true }
    this.#store.putSent(entry.record)
  }
}

interface Asks {
  readonly capability: Capability
  readonly about: About
}

function isSame(a: Asks, b: Asks): boolean {
  const [one, other] = [a.about, b.about]
  const isAbout = one.name === other.name && one.bytes === other.bytes && one.path === other.path
  return a.capability === b.capability && isAbout
}
