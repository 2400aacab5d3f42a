import { useEffect, useState, type RefObject } from 'react'

/** How wide an element is, in whole pixels, as it changes; `otherwise` until it was measured. */
export function useWidth(element: RefObject<HTMLElement | null>, otherwise: number): number {
  const [width, setWidth] = useState(otherwise)
  useEffect(() => {
    const { current } = element
    if (current === null) return undefined
    const measure = (): void => {
      // Where nothing is laid out, such as behind another pane, there is no width to draw for.
      if (current.clientWidth > 0) setWidth(current.clientWidth)
    }
    measure()
    const resized = new ResizeObserver(measure)
    resized.observe(current)
    return () => resized.disconnect()
  }, [element])
  return width
}
