import { K } from '../../src/main/node/dht-library.ts'
import type { Place } from '../../src/main/features/names/near.ts'

/*
 * Whom a device of a large network knows, drawn: pure, and the same for the same seed. Places lie in order, so that all who share
 * the first bits are beside each other.
 */

/** Of each number of bits that the others share with it, so many: as Kademlia's paper has it. */
export const PAPER: TableRule = { depth: 256 }
/** As kad-dht keeps it where nobody has it go on near itself: 20 of each beginning of so many bits, wherever it lies. */
export const LIBRARY: TableRule = { beginning: 6 }

export type TableRule = { readonly depth: number } | { readonly beginning: number }

/** From `from` on, and before `to`, of a list in order. */
interface Range {
  readonly from: number
  readonly to: number
}

export class Places {
  readonly #places: readonly Place[]

  /** In order. */
  constructor(places: readonly Place[]) {
    this.#places = places
  }

  /** Whom the one at `own` knows, as places in the list. */
  table(own: number, rule: TableRule, random: () => number): number[] {
    return this.#ranges(own, rule).flatMap((range) => drawn(range, K, own, random))
  }

  #ranges(own: number, rule: TableRule): Range[] {
    const whole = { from: 0, to: this.#places.length }
    return 'beginning' in rule ? this.#beginnings(whole, 0, rule.beginning) : this.#beside(own, rule.depth)
  }

  /** A beginning is cut in two while more than 20 have it and it is shorter than `deepest`. */
  #beginnings(range: Range, bit: number, deepest: number): Range[] {
    if (range.to - range.from <= K || bit >= deepest) return [range]
    const middle = this.#split(range, bit)
    const halves = [{ from: range.from, to: middle }, { from: middle, to: range.to }]
    return halves.flatMap((half) => (half.to > half.from ? this.#beginnings(half, bit + 1, deepest) : []))
  }

  #beside(own: number, depth: number): Range[] {
    const ranges: Range[] = []
    let range: Range = { from: 0, to: this.#places.length }
    for (let bit = 0; bit < depth && range.to - range.from > 1; bit++) {
      const middle = this.#split(range, bit)
      const isLeft = own < middle
      ranges.push(isLeft ? { from: middle, to: range.to } : { from: range.from, to: middle })
      range = isLeft ? { from: range.from, to: middle } : { from: middle, to: range.to }
    }
    return ranges
  }

  /** Where, in a range whose first `bit` bits are the same, the next bit becomes one. */
  #split({ from, to }: Range, bit: number): number {
    let [low, high] = [from, to]
    while (low < high) {
      const middle = (low + high) >> 1
      const byte = this.#places[middle]?.[bit >> 3] ?? 0
      if ((byte >> (7 - (bit & 7))) & 1) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** At most `count` of a range, without `own`, each as likely as the others. */
function drawn({ from, to }: Range, count: number, own: number, random: () => number): number[] {
  const all = to - from
  if (all <= 2 * count) {
    const left = Array.from({ length: all }, (_, index) => from + index).filter((one) => one !== own)
    while (left.length > count) left.splice(Math.floor(random() * left.length), 1)
    return left
  }
  const chosen = new Set<number>()
  while (chosen.size < count) {
    const one = from + Math.floor(random() * all)
    if (one !== own) chosen.add(one)
  }
  return [...chosen]
}
