import type { AccountId, MessageId, PeerId } from '../../../../shared/ids.ts'
import type { MessageOrder } from '../../../../shared/model/chat.ts'

/** How far logs go, as an entry names them. A log that is not named does not count at all; of one named twice the last counts. */
export type Cut = readonly { readonly device: PeerId; readonly seq: number }[]

export function reachOf(cut: Cut, device: PeerId): number {
  return cut.findLast((log) => log.device === device)?.seq ?? 0
}

/** What ends a membership, or a rank. An add, or an appointment, holds against those only that it names. */
export interface End {
  readonly id: MessageId
  readonly ord: MessageOrder
  readonly sentAtMs: number
  readonly what: 'left' | 'removed' | 'demoted'
  readonly by: AccountId
  readonly roster: Cut
  readonly talk: Cut
  readonly messagesToo: boolean
}

/** What an end ends: an add, or an appointment. */
export interface Hold {
  readonly ord: MessageOrder
  /** Ends that it names, and so holds against. */
  readonly undoes: ReadonlySet<MessageId>
  /** And the first so many of all, whatever they are. */
  readonly undoesFirst?: number
}

/** Behind every place. */
export const LAST = '~' as MessageOrder

/** Where nothing stands against somebody. */
export const ALL = Number.MAX_SAFE_INTEGER

/**
 * Of each hold the least of what stands against it, and the most of that over the first holds. Anybody may leave two thousand times,
 * and be added as often: what is asked of it is found without looking at each against each.
 */
export class Least<Value extends number | string> {
  readonly #holds: readonly Hold[]
  readonly #ends: readonly End[]
  readonly #valueOf: (end: End) => Value
  readonly #none: Value
  readonly #least: Value[] = []
  readonly #most: Value[] = []
  /** Numbers of ends by their value, the least first; of so many as there were. */
  #inOrder: number[] = []
  #seen = 0

  /** Both lists may grow at their ends. `none`: nothing stands against it, more than any value. */
  constructor(holds: readonly Hold[], ends: readonly End[], valueOf: (end: End) => Value, none: Value) {
    this.#holds = holds
    this.#ends = ends
    this.#valueOf = valueOf
    this.#none = none
  }

  of(hold: number): Value {
    this.#follow()
    return this.#least[hold] ?? this.#none
  }

  /** Of the first `count` holds the one against which the least stands; null: there are none. */
  most(count = this.#holds.length): Value | null {
    if (count === 0) return null
    this.#follow()
    return this.#most[count - 1] ?? null
  }

  /** The same of those that stand before a place. */
  mostBefore(ord: MessageOrder): Value | null {
    let [low, high] = [0, this.#holds.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#holds[middle]?.ord ?? LAST) < ord) low = middle + 1
      else high = middle
    }
    return this.most(low)
  }

  #follow(): void {
    const known = this.#least.length
    if (this.#seen < this.#ends.length && known > 0) this.#lower(known)
    if (known === this.#holds.length) return
    if (this.#inOrder.length !== this.#ends.length) this.#inOrder = this.#sorted()
    for (let at = known; at < this.#holds.length; at++) this.#add(this.#firstAgainst(at))
    this.#seen = this.#ends.length
  }

  /** Ends came: of each hold that was there before. */
  #lower(known: number): void {
    for (; this.#seen < this.#ends.length; this.#seen++) {
      const end = this.#ends[this.#seen]
      if (end === undefined) continue
      const value = this.#valueOf(end)
      for (let at = 0; at < known; at++) {
        if ((this.#least[at] ?? value) > value && !this.#isUndone(at, this.#seen)) this.#least[at] = value
      }
    }
    this.#most.length = 0
    for (const value of this.#least.splice(0)) this.#add(value)
  }

  #add(value: Value): void {
    const before = this.#most.at(-1)
    this.#least.push(value)
    this.#most.push(before === undefined || value > before ? value : before)
  }

  #firstAgainst(hold: number): Value {
    const first = this.#inOrder.find((number) => !this.#isUndone(hold, number))
    const end = first === undefined ? undefined : this.#ends[first]
    return end === undefined ? this.#none : this.#valueOf(end)
  }

  #isUndone(hold: number, number: number): boolean {
    const { undoes, undoesFirst = 0 } = this.#holds[hold] ?? { undoes: new Set<MessageId>() }
    return number < undoesFirst || (undoes.size > 0 && undoes.has(this.#ends[number]?.id ?? ('' as MessageId)))
  }

  #sorted(): number[] {
    const values = this.#ends.map((end, number) => ({ number, value: this.#valueOf(end) }))
    return values.toSorted((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)).map(({ number }) => number)
  }
}
