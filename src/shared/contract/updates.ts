import { z } from 'zod'
import { ReleaseFileName, Updates } from '../model/updates.ts'
import { base, watched } from './base.ts'

export const UpdatesEvent = z.object({ event: z.literal('updates-changed'), updates: Updates })
export type UpdatesEvent = z.infer<typeof UpdatesEvent>

const tags = ['updates']

export const updates = {
  get: base.route({ method: 'GET', path: '/updates', tags, summary: 'What is known of newer versions of Latch' }).output(Updates),
  daily: base
    .route({ method: 'POST', path: '/updates/daily', tags, summary: 'Whether to look once a day; nothing is looked for before somebody said so' })
    .input(z.object({ on: z.boolean() }))
    .output(Updates),
  check: base
    .route({ method: 'POST', path: '/updates/check', tags, summary: 'Look for a newer version, now; a refusal is an outcome, with its reason' })
    .output(Updates),
  save: base
    .route({ method: 'POST', path: '/updates/save', tags, summary: 'Save a file of the release that was found, once its hash is right; nothing is installed' })
    .input(z.object({ name: ReleaseFileName }))
    .output(z.object({ path: z.string() })),
  watch: base.route({ method: 'GET', path: '/updates/events', tags, summary: 'What is known, as it changes' }).output(watched(Updates, UpdatesEvent)),
}
