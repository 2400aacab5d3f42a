import { z } from 'zod'
import { AccountId, PeerId } from '../ids.ts'
import {
  App,
  AppAnswer,
  AppId,
  AppPerson,
  AppRequest,
  AppTitle,
  Cancellation,
  DEFAULT_DEADLINE_MS,
  ExchangeId,
  MAX_DEADLINE_MS,
  MAX_PIECE_BYTES,
  MAX_WHOLE_BYTES,
  Method,
  ReplyStatus,
} from '../model/apps.ts'
import { SECOND } from '../units.ts'
import { base, watched } from './base.ts'

export const AppsEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('app-changed'), app: App }),
  z.object({ event: z.literal('app-removed'), id: AppId }),
])
export type AppsEvent = z.infer<typeof AppsEvent>

export const ServeEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('request'), request: AppRequest }),
  z.object({ event: z.literal('cancelled'), id: ExchangeId, why: Cancellation }),
])
export type ServeEvent = z.infer<typeof ServeEvent>

const tags = ['apps']
const one = z.object({ id: AppId })
const Registered = z.object({ app: App, /** Told once, and kept nowhere: what opens the API for this program. */ token: z.string() })

/** As which program: a program's own token says so by itself, and may say nothing else. */
const As = z.object({ app: AppId.optional() })
const exchange = As.extend({ id: ExchangeId })

/** Base64 (RFC 4648, padded) of at most so many bytes. */
const base64 = (maxBytes: number) =>
  z
    .string()
    .max(4 * Math.ceil(maxBytes / 3))
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'not base64')
    .refine((text) => text.length % 4 === 0, 'not base64')

/** A body in one piece: bytes in base64, or any JSON value; at most one of the two. */
const Body = z.object({ body: base64(MAX_WHOLE_BYTES).optional(), json: z.unknown().optional() })
/** The body follows in pieces, by `write`; `bytes` says how long it will be, where that is known. */
const Pieces = z.object({ more: z.boolean().default(false), bytes: z.int().nonnegative().nullable().default(null) })

export const apps = {
  list: base.route({ method: 'GET', path: '/apps', tags, summary: 'Programs that may speak with those of others' }).output(z.array(App)),
  register: base
    .route({ method: 'POST', path: '/apps', tags, summary: 'Register a program; its token is told once' })
    .input(z.object({ id: AppId, title: AppTitle.optional() }))
    .output(Registered),
  renew: base
    .route({ method: 'POST', path: '/apps/{id}/token', tags, summary: 'A new token for a program; the old one opens nothing' })
    .input(one)
    .output(Registered),
  remove: base
    .route({ method: 'DELETE', path: '/apps/{id}', tags, summary: 'Remove a program: its token, and what it has open' })
    .input(one)
    .output(one),
  watch: base
    .route({ method: 'GET', path: '/apps/events', tags, summary: 'Programs registered, connected, gone' })
    .output(watched(z.array(App), AppsEvent)),

  me: base
    .route({ method: 'GET', path: '/app', tags, summary: 'For a program: who its person is' })
    .input(As)
    .output(z.object({ app: AppId, account: AccountId, name: z.string(), peerId: PeerId })),
  people: base
    .route({ method: 'GET', path: '/app/people', tags, summary: 'For a program: the contacts of its person' })
    .input(As)
    .output(z.array(AppPerson)),
  serve: base
    .route({ method: 'GET', path: '/app/requests', tags, summary: 'For a program: what it is asked, as long as it listens' })
    .input(As)
    .output(watched(App, ServeEvent)),
  reply: base
    .route({ method: 'POST', path: '/app/requests/{id}/reply', tags, summary: 'For a program: answer a request' })
    .input(exchange.extend(Body.shape).extend(Pieces.shape).extend({ status: ReplyStatus.default('ok') }))
    .output(exchange.pick({ id: true })),
  request: base
    .route({ method: 'POST', path: '/app/calls', tags, summary: 'For a program: ask the program of somebody else' })
    .input(
      As.extend(Body.shape)
        .extend(Pieces.shape)
        .extend({
          to: z.union([z.object({ account: AccountId }), z.object({ peerId: PeerId })]),
          method: Method,
          /** From now to the end of the answer. */
          deadlineMs: z.int().min(SECOND / 10).max(MAX_DEADLINE_MS).default(DEFAULT_DEADLINE_MS),
          /** If their door knows nothing of this program yet: knock, wait for the answer, and ask again. */
          knock: z.boolean().default(true),
        }),
    )
    .output(AppAnswer),
  response: base
    .route({ method: 'POST', path: '/app/calls/{id}/response', tags, summary: 'For a program: the answer to a call whose body it wrote' })
    .input(exchange)
    .output(AppAnswer),
  read: base
    .route({ method: 'POST', path: '/app/exchanges/{id}/read', tags, summary: 'For a program: the next piece of a body; waits for it' })
    .input(exchange)
    .output(z.object({ chunk: z.string(), done: z.boolean() })),
  write: base
    .route({ method: 'POST', path: '/app/exchanges/{id}/write', tags, summary: 'For a program: the next piece of a body; waits until there is room' })
    .input(exchange.extend({ chunk: base64(MAX_PIECE_BYTES).default(''), done: z.boolean().default(false) }))
    .output(exchange.pick({ id: true })),
  cancel: base
    .route({ method: 'POST', path: '/app/exchanges/{id}/cancel', tags, summary: 'For a program: drop a call, or a request it cannot answer' })
    .input(exchange)
    .output(exchange.pick({ id: true })),
}
