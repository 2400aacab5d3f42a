/**
 * Things that belong to groups, each group in the order in which they came, with the largest group at hand: found
 * without looking at all of them, for whoever can make many groups would make that long.
 */
export class Groups<Thing> {
  readonly #groups = new Map<string, Set<Thing>>()
  /** The names of groups by how many are in them. */
  readonly #bySize = new Map<number, Set<string>>()
  #largest = 0

  countOf(group: string): number {
    return this.#groups.get(group)?.size ?? 0
  }

  add(group: string, thing: Thing): void {
    const members = this.#groups.get(group) ?? new Set()
    this.#groups.set(group, members)
    this.#move(group, members.size, members.add(thing).size)
  }

  delete(group: string, thing: Thing): void {
    const members = this.#groups.get(group)
    if (members === undefined || !members.delete(thing)) return
    if (members.size === 0) this.#groups.delete(group)
    this.#move(group, members.size + 1, members.size)
  }

  /** The oldest of the largest group; of several as large, of the one that has been so for longest. */
  oldestOfLargest(): Thing | null {
    const [group] = this.#bySize.get(this.#largest) ?? []
    const [oldest] = (group === undefined ? undefined : this.#groups.get(group)) ?? []
    return oldest ?? null
  }

  /** Sizes change by one, so the largest is found by one step. */
  #move(group: string, from: number, to: number): void {
    if (from === to) return
    const before = this.#bySize.get(from)
    before?.delete(group)
    if (before?.size === 0) this.#bySize.delete(from)
    if (to > 0) this.#bySize.set(to, (this.#bySize.get(to) ?? new Set()).add(group))
    if (to > this.#largest || (from === this.#largest && !this.#bySize.has(from))) this.#largest = to
  }
}
