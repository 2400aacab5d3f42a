import { z } from 'zod'
import { Hit, Query } from '../model/search.ts'
import { base } from './base.ts'

const tags = ['search']

export const search = {
  find: base
    .route({ method: 'GET', path: '/search', tags, summary: 'Messages of all conversations, newest first' })
    .input(
      Query.extend({
        /** As the last answer said. */
        next: z.string().max(64).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    )
    .output(z.object({ hits: z.array(Hit), next: z.string().nullable(), tookMs: z.number().nonnegative() })),
}
