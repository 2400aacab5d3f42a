import { useSyncExternalStore } from 'react'

/** Where two things side by side take turns, as in the styles. */
const NARROW = '(max-width: 719px)'

/** Whether there is room for one thing only. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches)
}

function subscribe(listener: () => void): () => void {
  const narrow = matchMedia(NARROW)
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}
