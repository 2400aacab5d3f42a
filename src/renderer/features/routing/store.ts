import { useEffect } from 'react'
import type { RoutingEvent } from '../../../shared/contract/routing.ts'
import type { Routing } from '../../../shared/model/routing.ts'
import { useBridge } from '../../bridge/bridge.tsx'
import { createFedStore } from '../../bridge/fed-store.ts'

/** The routing table of the DHT; null until the first snapshot. */
export const routingStore = createFedStore<Routing | null, Routing, RoutingEvent>({
  initial: null,
  reset: (_, routing) => routing,
  apply: (_, { routing }) => routing,
})

/** Followed only while it is looked at: each news is the whole table, several times a second in a large network. */
export function useRouting(): Routing | null {
  const { client, link } = useBridge()
  useEffect(() => {
    const closing = new AbortController()
    void routingStore.feed(client.routing.watch, link, closing.signal)
    return () => closing.abort()
  }, [client, link])
  return routingStore.use(({ state }) => state)
}
