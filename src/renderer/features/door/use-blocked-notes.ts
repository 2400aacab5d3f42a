import { useEffect, useEffectEvent, useState } from 'react'
import type { AccountId } from '../../../shared/ids.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { notesIn } from './blocked-notes.ts'
import { doorStore } from './store.ts'

/** As much of the log as it gives at once: what a person answered, and nothing else, reaches far back. */
const LOOKED = 1_000

/** Why people were blocked, as far as it was noted and the log still holds it; asked again when somebody more is. */
export function useBlockedNotes(): ReadonlyMap<AccountId, string> {
  const client = useClient()
  const live = doorStore.use(({ freshness }) => freshness === 'live')
  const count = doorStore.use(({ state }) => state.blocked.length)
  const [notes, setNotes] = useState<ReadonlyMap<AccountId, string>>(new Map())

  // A list without its notes is a list all the same.
  const look = useCall(async () => {
    setNotes(notesIn(await client.door.log({ by: 'person', verdict: 'ignore', limit: LOOKED })))
  })
  const load = useEffectEvent(() => void look.run())
  const asked = live ? count : 0
  useEffect(() => {
    if (asked > 0) load()
  }, [asked])
  return notes
}
