import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react'
import { useAttention } from '../../ui/use-attention.ts'

/** Shorter than a person needs to see what changed under their hands. */
export const INERT_MS = 700

/**
 * Whether what is on screen has been there, unchanged and looked at, long enough to be answered. `layout` says what
 * stands where: when it changes, something else may have come to lie under the pointer.
 */
export function useArmed(layout: string): boolean {
  const attended = useAttention()
  const [armed, setArmed] = useState<string | null>(null)
  const now = attended ? layout : null
  useEffect(() => {
    if (now === null) return undefined
    const timer = setTimeout(() => setArmed(now), INERT_MS)
    return () => {
      clearTimeout(timer)
      setArmed(null)
    }
  }, [now])
  return armed !== null && armed === now
}

interface Deliberate {
  'aria-disabled': true | undefined
  onFocus: (event: FocusEvent) => void
  onKeyDown: (event: KeyboardEvent) => void
  onKeyUp: (event: KeyboardEvent) => void
  onClick: (event: MouseEvent) => void
}

/**
 * What a button needs so that only a person who means it answers with it: nothing happens before it is armed, Enter
 * does nothing, and Space counts only where the focus had rested and the key went down.
 */
export function useDeliberate(armed: boolean, act: (() => void) | null): Deliberate {
  const focusedAtMs = useRef(0)
  const spaceDown = useRef(false)
  return {
    'aria-disabled': armed ? undefined : true,
    onFocus: () => {
      focusedAtMs.current = performance.now()
      spaceDown.current = false
    },
    onKeyDown: (event) => {
      if (event.key === 'Enter') event.preventDefault()
      if (event.key !== ' ' || event.repeat) return
      spaceDown.current = armed && performance.now() - focusedAtMs.current >= INERT_MS
      if (!spaceDown.current) event.preventDefault()
    },
    onKeyUp: (event) => {
      if (event.key !== ' ') return
      if (!spaceDown.current) event.preventDefault()
      spaceDown.current = false
    },
    onClick: (event) => {
      if (armed) act?.()
      else event.preventDefault()
    },
  }
}
