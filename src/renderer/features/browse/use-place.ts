import { useEffect, useEffectEvent, useLayoutEffect, useRef, type RefObject } from 'react'
import { useClient, useLink } from '../../bridge/bridge.tsx'
import { useAddressField } from './asking.ts'

export interface Place {
  x: number
  y: number
  width: number
  height: number
}

/** In whole pixels that lie within the element: a page must not reach over what is beside it. */
export function placeOf({ left, top, right, bottom }: Pick<DOMRect, 'left' | 'top' | 'right' | 'bottom'>): Place {
  const [x, y] = [Math.ceil(left), Math.ceil(top)]
  return { x, y, width: Math.max(0, Math.floor(right) - x), height: Math.max(0, Math.floor(bottom) - y) }
}

/**
 * Tells main where the page is seen, as often as that changes, and that it is not while `isSeen` is false and when the
 * element goes. Main paints it there, above everything that is drawn here.
 */
export function usePlace(element: RefObject<HTMLElement | null>, isSeen: boolean): void {
  const client = useClient()
  const isOpen = useLink().link.state === 'open'
  const pageFocuses = useAddressField((field) => field.pageFocuses)
  /** What main knows, as text; how often the page was to have the keyboard, and whether it may have it now. */
  const told = useRef({ place: '', focuses: pageFocuses, isFocused: false })

  const tell = useEffectEvent((place: Place | null, isAgain = false) => {
    const focus = place !== null && told.current.focuses !== pageFocuses
    const text = JSON.stringify(place)
    if (text === told.current.place && !focus && !isAgain) return
    told.current = { place: text, focuses: focus ? pageFocuses : told.current.focuses, isFocused: focus }
    // Where the call fails the link is down, and main has taken the page away with it.
    client.browse.place({ place, focus }).catch(() => {
      told.current.place = ''
    })
  })
  const measure = useEffectEvent((isAgain = false) => {
    const box = isSeen ? element.current?.getBoundingClientRect() : undefined
    const place = box === undefined ? null : placeOf(box)
    tell(place === null || place.width === 0 || place.height === 0 ? null : place, isAgain)
  })

  // What is above may have changed with any rendering: the element is then elsewhere, and as large as before.
  useLayoutEffect(() => measure())
  useEffect(() => {
    const sized = element.current
    if (sized === null) return undefined
    const observer = new ResizeObserver(() => measure())
    // All that stands in the same column decides where it begins.
    for (let above: Element | null = sized; above !== null && above.id !== 'root'; above = above.parentElement) {
      for (const sibling of above.parentElement?.children ?? []) observer.observe(sibling)
    }
    return () => observer.disconnect()
  }, [element])
  useEffect(() => {
    if (!isOpen) told.current.place = ''
    else measure()
  }, [isOpen])
  // Whoever goes on in the window is not to lose the keyboard to a page that comes after.
  const onFocus = useEffectEvent(() => told.current.isFocused && measure(true))
  useEffect(() => {
    const listener = (): void => void onFocus()
    document.addEventListener('focusin', listener)
    return () => document.removeEventListener('focusin', listener)
  }, [])
  // Before the next one tells of its own place: after that it would take a page away that was just put there.
  useLayoutEffect(() => {
    const known = told.current
    return () => {
      tell(null)
      known.place = ''
    }
  }, [])
}
