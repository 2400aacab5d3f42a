import { useEffect, useState } from 'react'

/** What is quicker than this is not worth a word. */
const SLOW_MS = 150

/** Whether something has been going on for a moment already, so that what is quick never flickers. */
export function useSlow(isGoing: boolean): boolean {
  const [isSlow, setSlow] = useState(false)
  useEffect(() => {
    if (!isGoing) return undefined
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => {
      clearTimeout(timer)
      setSlow(false)
    }
  }, [isGoing])
  return isGoing && isSlow
}
