import { useEffect, useEffectEvent } from 'react'
import type { RoomName } from '../../../shared/model/square.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { putNewestPage, putOlderPage, type Held } from './state.ts'
import { squareStore } from './store.ts'

const PAGE = 100

export interface LoadedPosts {
  /** Null until the first page is here. */
  held: Held | null
  newest: Call<[], void>
  older: Call<[], void>
}

/** The messages of one room, as long as it is open: the newest page at once, and again after the stream broke; older ones on demand. */
export function usePosts(room: RoomName): LoadedPosts {
  const client = useClient()
  const held = squareStore.use(({ state }) => state.held.get(room) ?? null)
  const live = squareStore.use(({ freshness }) => freshness === 'live')
  const current = held?.current === true

  const newest = useCall(async () => {
    const page = await client.square.posts({ room, limit: PAGE })
    squareStore.change((state) => putNewestPage(state, room, page, PAGE))
  })
  const older = useCall(async () => {
    const first = held?.posts[0]
    if (first === undefined || held?.more !== true) return
    const page = await client.square.posts({ room, before: first.id, limit: PAGE })
    squareStore.change((state) => putOlderPage(state, room, page, PAGE))
  })

  const load = useEffectEvent(() => void newest.run())
  useEffect(() => {
    if (live && !current) load()
  }, [live, current])

  return { held: held?.loaded === true ? held : null, newest, older }
}
