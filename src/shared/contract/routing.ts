import { z } from 'zod'
import { Routing } from '../model/routing.ts'
import { base, watched } from './base.ts'

export const RoutingEvent = z.object({ event: z.literal('routing-changed'), routing: Routing })
export type RoutingEvent = z.infer<typeof RoutingEvent>

const tags = ['routing']

export const routing = {
  table: base
    .route({ method: 'GET', path: '/routing', tags, summary: 'The routing table of the DHT, with the way of the last look-up' })
    .output(Routing),
  watch: base
    .route({ method: 'GET', path: '/routing/events', tags, summary: 'The routing table as it changes' })
    .output(watched(Routing, RoutingEvent)),
}
