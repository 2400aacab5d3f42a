import { useEffect, useEffectEvent, useState } from 'react'
import type { Decision } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { doorStore } from './store.ts'

const PAGE = 200

/** Both, newest first, each once. */
export function joinDecisions(a: readonly Decision[], b: readonly Decision[]): Decision[] {
  const bySeq = new Map([...a, ...b].map((decision) => [decision.seq, decision]))
  return [...bySeq.values()].toSorted((one, other) => other.seq - one.seq)
}

export interface Decisions {
  /** Null until the first page is here. */
  decisions: readonly Decision[] | null
  more: boolean
  newest: Call<[], void>
  older: Call<[], void>
}

/** The log: the newest page, again after the stream broke; what is decided meanwhile; older ones on demand. */
export function useDecisions(): Decisions {
  const client = useClient()
  const live = doorStore.use(({ freshness }) => freshness === 'live')
  const watched = doorStore.use(({ state }) => state.decisions)
  const [pages, setPages] = useState<readonly Decision[] | null>(null)
  const [more, setMore] = useState(true)

  const newest = useCall(async () => {
    const page = await client.door.log({ limit: PAGE })
    setPages(page)
    setMore(page.length === PAGE)
  })
  const older = useCall(async () => {
    const before = pages?.at(-1)?.seq
    if (before === undefined) return
    const page = await client.door.log({ limit: PAGE, before })
    setPages((held) => joinDecisions(held ?? [], page))
    setMore(page.length === PAGE)
  })
  const load = useEffectEvent(() => void newest.run())
  useEffect(() => {
    if (live) load()
  }, [live])

  return { decisions: pages === null ? null : joinDecisions(watched, pages), more, newest, older }
}
