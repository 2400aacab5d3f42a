import { useEffect, useEffectEvent, useState } from 'react'
import type { FolderLook } from '../../../shared/model/sites.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { isWhole } from './look-warnings.ts'

export type Look = { is: 'looking' } | { is: 'seen'; look: FolderLook } | { is: 'failed'; failure: Failure }

/** Longer than somebody takes from one letter to the next. */
const PAUSE_MS = 350

/** What lies in a folder, looked at when its path is whole and typing rests; a look that is overtaken is dropped. */
export function useLook(typed: string): Look | null {
  const client = useClient()
  const path = typed.trim()
  const wanted = isWhole(path) ? path : null
  const [answered, setAnswered] = useState<{ path: string; look: Look } | null>(null)

  const ask = useEffectEvent(async (of: string, signal: AbortSignal): Promise<void> => {
    const look = await client.sites.look({ path: of }, { signal }).then(
      (seen): Look => ({ is: 'seen', look: seen }),
      (error: unknown): Look => ({ is: 'failed', failure: failureOf(error) }),
    )
    if (!signal.aborted) setAnswered({ path: of, look })
  })
  useEffect(() => {
    if (wanted === null) return undefined
    const gone = new AbortController()
    const timer = setTimeout(() => void ask(wanted, gone.signal), PAUSE_MS)
    return () => {
      clearTimeout(timer)
      gone.abort()
    }
  }, [wanted])

  if (wanted === null) return null
  return answered?.path === wanted ? answered.look : { is: 'looking' }
}
