import { z } from 'zod'
import { SiteName } from '../../../shared/model/sites.ts'

/**
 * The first frame of who asks: the site, what the stream is for, and the path that is wanted first, decoded, without its
 * query: what the door is asked about. Other paths may follow on the same stream, and the door is asked about each.
 */
export const Opening = z.object({
  site: SiteName,
  /** HTTP/1.1, with whatever it may be upgraded to. A newer Latch may know more. */
  as: z.string().min(1).max(32),
  path: z.string().max(512).nullable(),
})
export type Opening = z.infer<typeof Opening>

/** `no-site` is said only to whom the door let in. */
export const RefusedStatus = z.enum(['knock-first', 'denied', 'unproven', 'no-site', 'busy', 'unsupported', 'malformed'])
export type RefusedStatus = z.infer<typeof RefusedStatus>

/** A status that a newer Latch made up says that the site did not open. */
export const Answer = z.object({
  status: z
    .string()
    .max(32)
    .transform((status): 'open' | RefusedStatus =>
      status === 'open' ? 'open' : (RefusedStatus.options.find((known) => known === status) ?? 'denied'),
    ),
})
export type Answer = z.infer<typeof Answer>
