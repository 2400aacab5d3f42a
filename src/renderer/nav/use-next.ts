import { useEffect } from 'react'
import { useLocation } from 'wouter'

/** Alt with the up or down arrow opens what stands above or below in a list: its paths, and the one that is open. */
export function useNext(list: readonly string[], here: string | null): void {
  const [, go] = useLocation()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step === 0 || !event.altKey || event.defaultPrevented) return
      const next = list[here === null ? 0 : list.indexOf(here) + step]
      if (next === undefined) return
      event.preventDefault()
      go(next)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [list, here, go])
}
