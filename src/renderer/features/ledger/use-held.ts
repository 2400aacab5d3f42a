import { useState } from 'react'

export interface HeldList<Item> {
  shown: readonly Item[]
  /** How many came since, and are not shown yet. */
  newer: number
  showNewer: () => void
  /** For whatever holds the list, such as the pointer over it: what comes at its head waits until nothing does. */
  hold: (by: 'pointer' | 'scroll', isHolding: boolean) => void
}

/** A list that grows at its head, and does not move what is under the pointer: new items wait to be asked for. */
export function useHeld<Item>(live: readonly Item[], keyOf: (item: Item) => string | number): HeldList<Item> {
  const [held, setHeld] = useState<{ by: readonly string[]; head: string | number | null }>({ by: [], head: null })
  const [first] = live
  const head = first === undefined ? null : keyOf(first)
  const at = held.head === null ? 0 : live.findIndex((item) => keyOf(item) === held.head)
  const newer = Math.max(0, at)
  return {
    shown: newer === 0 ? live : live.slice(newer),
    newer,
    showNewer: () => setHeld(({ by }) => ({ by, head })),
    hold: (by, isHolding) =>
      setHeld((now) => {
        if (now.by.includes(by) === isHolding) return now
        const others = now.by.filter((one) => one !== by)
        if (!isHolding) return { by: others, head: others.length === 0 ? null : now.head }
        return { by: [...others, by], head: now.head ?? head }
      }),
  }
}
