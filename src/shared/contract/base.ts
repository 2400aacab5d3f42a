import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { errorCodes } from '../errors.ts'

/** Where every contract starts: the closed list of errors is part of each call's type. */
export const base = oc.errors(errorCodes)

/**
 * A feature's stream: the first item is `snapshot`, later ones are what happened. `seq` counts from 0 within one
 * stream; a reader that reconnects starts again at a snapshot, so there is no gap to fill.
 */
export function watched<Snapshot extends z.ZodType, Event extends z.ZodType>(snapshot: Snapshot, event: Event) {
  return eventIterator(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('snapshot'), seq: z.int(), snapshot }),
      z.object({ kind: z.literal('event'), seq: z.int(), event }),
    ]),
  )
}
