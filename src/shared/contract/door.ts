import { z } from 'zod'
import { AccountId, KnockId, PeerId, RuleId } from '../ids.ts'
import { Answer, Capability, Decision, Knock, Rule, SentKnock } from '../model/door.ts'
import { base, watched } from './base.ts'

/** What is at the door now. Missed and answered knocks of the last days are in `recent`, newest first, at most 100. */
export const DoorSnapshot = z.object({
  pending: z.array(Knock),
  recent: z.array(Knock),
  sent: z.array(SentKnock),
  rules: z.array(Rule),
  blocked: z.array(AccountId),
})
export type DoorSnapshot = z.infer<typeof DoorSnapshot>

export const DoorEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('knock-changed'), knock: Knock }),
  z.object({ event: z.literal('sent-knock-changed'), sent: SentKnock }),
  z.object({ event: z.literal('rule-changed'), rule: Rule }),
  z.object({ event: z.literal('rule-removed'), id: RuleId }),
  z.object({ event: z.literal('blocked-changed'), blocked: z.array(AccountId) }),
  z.object({ event: z.literal('decided'), decision: Decision }),
])
export type DoorEvent = z.infer<typeof DoorEvent>

const tags = ['door']
const ruleDraft = Rule.pick({ who: true, capability: true, verdict: true }).extend({
  until: Rule.shape.until.default({ kind: 'forever' }),
  priority: Rule.shape.priority.default(0),
  note: Rule.shape.note.default(''),
})
export type RuleDraft = z.infer<typeof ruleDraft>

export const door = {
  pending: base.route({ method: 'GET', path: '/door/knocks', tags, summary: 'Who is at the door' }).output(z.array(Knock)),
  recent: base.route({ method: 'GET', path: '/door/knocks/recent', tags, summary: 'Missed and answered knocks' }).output(z.array(Knock)),
  answer: base
    .route({ method: 'POST', path: '/door/knocks/{id}/answer', tags, summary: 'Allow, deny, ignore or block' })
    .input(z.object({ id: KnockId, answer: Answer }))
    .output(Knock),
  undo: base
    .route({ method: 'POST', path: '/door/knocks/{id}/undo', tags, summary: 'Take an answer back within ten seconds' })
    .input(z.object({ id: KnockId }))
    .output(Knock),
  knock: base
    .route({ method: 'POST', path: '/door/sent', tags, summary: 'Knock at a peer, or at whichever device of an account can be reached' })
    .input(
      z.object({
        to: z.union([z.object({ peerId: PeerId }), z.object({ account: AccountId })]),
        capability: Capability.default('contact'),
        /** ≤ 280 UTF-16 units; shown quoted, unformatted. */
        greeting: z.string().max(280).default(''),
      }),
    )
    .output(SentKnock),
  sent: base.route({ method: 'GET', path: '/door/sent', tags, summary: 'Knocks of yours' }).output(z.array(SentKnock)),
  cancel: base
    .route({ method: 'POST', path: '/door/sent/{id}/cancel', tags, summary: 'Stop waiting for an answer' })
    .input(z.object({ id: KnockId }))
    .output(SentKnock),
  rules: base.route({ method: 'GET', path: '/door/rules', tags, summary: 'The rules' }).output(z.array(Rule)),
  addRule: base.route({ method: 'POST', path: '/door/rules', tags, summary: 'Add a rule' }).input(ruleDraft).output(Rule),
  enableRule: base
    .route({ method: 'PUT', path: '/door/rules/{id}/enabled', tags, summary: 'Switch a rule on or off' })
    .input(z.object({ id: RuleId, enabled: z.boolean() }))
    .output(Rule),
  removeRule: base
    .route({ method: 'DELETE', path: '/door/rules/{id}', tags, summary: 'Remove a rule' })
    .input(z.object({ id: RuleId }))
    .output(z.object({ id: RuleId })),
  block: base
    .route({ method: 'PUT', path: '/door/blocked/{account}', tags, summary: 'Block or unblock an account' })
    .input(z.object({ account: AccountId, blocked: z.boolean() }))
    .output(z.object({ blocked: z.array(AccountId) })),
  log: base
    .route({ method: 'GET', path: '/door/log', tags, summary: 'Decisions, newest first' })
    .input(z.object({ before: z.coerce.number().int().positive().optional(), limit: z.coerce.number().int().min(1).max(1000).default(100) }))
    .output(z.array(Decision)),
  verifyLog: base
    .route({ method: 'GET', path: '/door/log/verify', tags, summary: 'Check the chain of the log' })
    .output(
      z.discriminatedUnion('outcome', [
        z.object({ outcome: z.literal('whole'), decisions: z.int(), head: z.string() }),
        z.object({ outcome: z.literal('broken'), decisions: z.int(), firstBadSeq: z.int(), why: z.string() }),
      ]),
    ),
  watch: base
    .route({ method: 'GET', path: '/door/events', tags, summary: 'Knocks, rules and decisions as they happen' })
    .output(watched(DoorSnapshot, DoorEvent)),
}
