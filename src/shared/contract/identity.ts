import { z } from 'zod'
import { DisplayName, Identity, Me, RecoveryPhrase } from '../model/identity.ts'
import { base, watched } from './base.ts'

export const IdentityEvent = z.object({ event: z.literal('identity-changed'), identity: Identity })
export type IdentityEvent = z.infer<typeof IdentityEvent>

const tags = ['identity']

export const identity = {
  get: base.route({ method: 'GET', path: '/identity', tags, summary: 'Who you are on this device' }).output(Identity),
  create: base
    .route({ method: 'POST', path: '/identity', tags, summary: 'Create an account in an empty data folder' })
    .input(z.object({ name: DisplayName }))
    .output(Me),
  restore: base
    .route({ method: 'POST', path: '/identity/restore', tags, summary: 'Restore an account from its recovery phrase' })
    .input(z.object({ name: DisplayName, phrase: RecoveryPhrase }))
    .output(Me),
  rename: base
    .route({ method: 'PUT', path: '/identity/name', tags, summary: 'Change what you call yourself' })
    .input(z.object({ name: DisplayName }))
    .output(Me),
  phrase: base
    .route({ method: 'POST', path: '/identity/phrase', tags, summary: 'Show the recovery phrase' })
    .output(z.object({ words: z.array(z.string()).length(12) })),
  confirmPhrase: base
    .route({ method: 'POST', path: '/identity/phrase/confirm', tags, summary: 'Say that the phrase is written down' })
    .input(z.object({ phrase: RecoveryPhrase }))
    .output(Me),
  watch: base
    .route({ method: 'GET', path: '/identity/events', tags, summary: 'Changes of your identity' })
    .output(watched(Identity, IdentityEvent)),
}
