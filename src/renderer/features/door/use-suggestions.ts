import { useEffect, useEffectEvent, useState } from 'react'
import type { Suggestion } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { doorStore } from './store.ts'

export interface Suggestions {
  list: readonly Suggestion[]
  decline: (id: string) => void
  failure: Failure | null
  dismiss: () => void
}

/** Rules that the answers so far suggest; asked again when there is a rule more or less. */
export function useSuggestions(): Suggestions {
  const client = useClient()
  const count = doorStore.use(({ state }) => state.rules.size)
  const live = doorStore.use(({ freshness }) => freshness === 'live')
  const [list, setList] = useState<readonly Suggestion[]>([])

  // Nobody waits for a suggestion: where the call fails, there is none.
  const newest = useCall(async () => setList(await client.door.suggestions()))
  const load = useEffectEvent(() => void newest.run())
  const asked = live ? count : null
  useEffect(() => {
    if (asked !== null) load()
  }, [asked])

  const decline = useCall(async (id: string) => setList(await client.door.declineSuggestion({ id })))
  return { list, decline: (id) => void decline.run(id), failure: decline.failure, dismiss: decline.dismiss }
}
