import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { Decision, LogFilter } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { isWanted } from './log-filter.ts'
import { doorStore } from './store.ts'

const PAGE = 200
/** A pause in typing. */
const PAUSE_MS = 250

/** Both, newest first, each once. */
export function joinDecisions(a: readonly Decision[], b: readonly Decision[]): Decision[] {
  const bySeq = new Map([...a, ...b].map((decision) => [decision.seq, decision]))
  return [...bySeq.values()].toSorted((one, other) => other.seq - one.seq)
}

export interface Decisions {
  /** Null until the first page is here. Those of the filter before stay until the first page of the next is. */
  decisions: readonly Decision[] | null
  more: boolean
  newest: Call<[LogFilter], void>
  older: Call<[], void>
}

/** The log: the newest page, again after the stream broke; what is decided meanwhile; older ones on demand. */
export function useDecisions(filter: LogFilter): Decisions {
  const client = useClient()
  const live = doorStore.use(({ freshness }) => freshness === 'live')
  const watched = doorStore.use(({ state }) => state.decisions)
  const [pages, setPages] = useState<{ of: LogFilter; held: readonly Decision[]; more: boolean } | null>(null)

  const newest = useCall(async (of: LogFilter) => {
    const page = await client.door.log({ ...of, limit: PAGE })
    setPages({ of, held: page, more: page.length === PAGE })
  })
  const older = useCall(async () => {
    const before = pages?.held.at(-1)?.seq
    if (pages === null || before === undefined) return
    const page = await client.door.log({ ...pages.of, limit: PAGE, before })
    setPages((now) =>
      now?.of === pages.of ? { of: now.of, held: joinDecisions(now.held, page), more: page.length === PAGE } : now,
    )
  })
  const asked = useRef(false)
  const load = useEffectEvent((of: LogFilter) => {
    asked.current = true
    void newest.run(of)
  })
  const wanted = JSON.stringify(filter)
  useEffect(() => {
    if (!live) return undefined
    const timer = setTimeout(() => load(JSON.parse(wanted) as LogFilter), asked.current ? PAUSE_MS : 0)
    return () => clearTimeout(timer)
  }, [live, wanted])

  const decisions = useMemo(() => {
    if (pages === null) return null
    return joinDecisions(watched.filter((decision) => isWanted(decision, pages.of)), pages.held)
  }, [watched, pages])
  return { decisions, more: pages?.more ?? true, newest, older }
}
