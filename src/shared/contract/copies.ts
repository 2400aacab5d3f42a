import { z } from 'zod'
import { Copy, CopyChanges, CopyLook } from '../model/copies.ts'
import { SiteName } from '../model/sites.ts'
import { base, watched } from './base.ts'

export const CopiesSnapshot = z.object({
  copies: z.array(Copy),
  /** All that is kept takes on the disk; parts that several have count once. */
  diskBytes: z.int().nonnegative(),
})
export type CopiesSnapshot = z.infer<typeof CopiesSnapshot>

export const CopiesEvent = z.discriminatedUnion('event', [
  /** At most four times a second for each while it is fetched. */
  z.object({ event: z.literal('copy-changed'), copy: Copy }),
  z.object({ event: z.literal('copy-gone'), site: SiteName }),
  z.object({ event: z.literal('disk-changed'), diskBytes: z.int().nonnegative() }),
])
export type CopiesEvent = z.infer<typeof CopiesEvent>

const tags = ['copies']
const one = z.object({ site: SiteName })

export const copies = {
  list: base.route({ method: 'GET', path: '/copies', tags, summary: 'Sites that are kept on this device' }).output(z.array(Copy)),
  look: base
    .route({ method: 'GET', path: '/copies/{site}/look', tags, summary: 'What keeping a site would take, before it is kept' })
    .input(one)
    .output(CopyLook),
  keep: base
    .route({ method: 'PUT', path: '/copies/{site}', tags, summary: 'Keep a copy of a site, or bring it up to date; goes on by itself' })
    .input(one)
    .output(Copy),
  cancel: base
    .route({ method: 'POST', path: '/copies/{site}/cancel', tags, summary: 'Stop fetching; what came is kept' })
    .input(one)
    .output(Copy),
  changes: base
    .route({ method: 'GET', path: '/copies/{site}/changes', tags, summary: 'What changed on the site since the copy was kept' })
    .input(one)
    .output(CopyChanges),
  serve: base
    .route({ method: 'PUT', path: '/copies/{site}/served', tags, summary: 'Whether others are given a copy' })
    .input(one.extend({ served: z.boolean() }))
    .output(Copy),
  drop: base
    .route({ method: 'DELETE', path: '/copies/{site}', tags, summary: 'Remove a copy from this device' })
    .input(one)
    .output(z.object({ site: SiteName, freedBytes: z.int().nonnegative() })),
  watch: base
    .route({ method: 'GET', path: '/copies/events', tags, summary: 'Copies as they come, go and are given on' })
    .output(watched(CopiesSnapshot, CopiesEvent)),
}
