import { useEffect, useState, type RefObject } from 'react'

/** Most of what is seen, so that something stays in sight to go by. */
const SHARE = 0.8

export interface Overflow {
  /** It does not fit: what follows from it stays while one scrolls. */
  overflows: boolean
  hasBefore: boolean
  hasAfter: boolean
  scrollBy: (direction: 1 | -1) => void
}

/** Whether a row goes on beyond its ends, and the way there. It has no scroll bar: that would be as high as the row. */
export function useOverflow(
  row: RefObject<HTMLElement | null>,
  count: number,
): Overflow {
  const [ends, setEnds] = useState({ overflows: false, hasBefore: false, hasAfter: false })
  useEffect(() => {
    const element = row.current
    if (element === null || count === 0) return undefined
    const look = (): void => {
      const { scrollLeft, scrollWidth, clientWidth } = element
      const overflows = scrollWidth > clientWidth + 1
      const now = { overflows, hasBefore: scrollLeft > 1, hasAfter: scrollLeft + clientWidth < scrollWidth - 1 }
      const same = (held: typeof now): boolean =>
        held.overflows === overflows && held.hasBefore === now.hasBefore && held.hasAfter === now.hasAfter
      setEnds((held) => (same(held) ? held : now))
    }
    look()
    const resized = new ResizeObserver(look)
    resized.observe(element)
    const roll = (event: WheelEvent): void => element.scrollBy({ left: event.deltaX + event.deltaY })
    element.addEventListener('scroll', look, { passive: true })
    element.addEventListener('wheel', roll, { passive: true })
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', look)
      element.removeEventListener('wheel', roll)
    }
  }, [row, count])
  const scrollBy = (direction: 1 | -1): void => {
    const element = row.current
    element?.scrollBy({ left: direction * SHARE * element.clientWidth, behavior: 'smooth' })
  }
  return { ...ends, scrollBy }
}
