import { z } from 'zod'
import { AccountId, KnockId, PeerId, RuleId } from '../ids.ts'
import {
  About,
  Answer,
  Capability,
  Decision,
  Finding,
  Knock,
  LogFilter,
  Rehearsal,
  Rule,
  RuleDraft,
  RulesRead,
  SentKnock,
  Suggestion,
} from '../model/door.ts'
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
/** Thousands of rules, and no more: 256 bytes each, and as much again for the signature. */
const RulesFile = z.string().max(1_048_576)

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
        /** What exactly: shown to them, and matched by their rules. */
        about: z
          .object({
            name: About.shape.name.default(null),
            bytes: About.shape.bytes.default(null),
            path: About.shape.path.default(null),
          })
          .optional(),
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
  addRule: base.route({ method: 'POST', path: '/door/rules', tags, summary: 'Add a rule' }).input(RuleDraft).output(Rule),
  editRule: base
    .route({ method: 'PUT', path: '/door/rules/{id}', tags, summary: 'Change a rule; its counts and its origin stay' })
    .input(RuleDraft.extend({ id: RuleId }))
    .output(Rule),
  enableRule: base
    .route({ method: 'PUT', path: '/door/rules/{id}/enabled', tags, summary: 'Switch a rule on or off' })
    .input(z.object({ id: RuleId, enabled: z.boolean() }))
    .output(Rule),
  removeRule: base
    .route({ method: 'DELETE', path: '/door/rules/{id}', tags, summary: 'Remove a rule' })
    .input(z.object({ id: RuleId }))
    .output(z.object({ id: RuleId })),
  findings: base
    .route({ method: 'GET', path: '/door/rules/findings', tags, summary: 'Rules that do nothing, and why' })
    .output(z.array(Finding)),
  rehearse: base
    .route({ method: 'POST', path: '/door/rules/rehearse', tags, summary: 'What would this rule have done to the last decisions' })
    .input(RuleDraft.extend({ /** The rule that it would replace. */ replaces: RuleId.optional() }))
    .output(Rehearsal),
  suggestions: base
    .route({ method: 'GET', path: '/door/rules/suggestions', tags, summary: 'Rules that your answers suggest' })
    .output(z.array(Suggestion)),
  declineSuggestion: base
    .route({ method: 'DELETE', path: '/door/rules/suggestions/{id}', tags, summary: 'Do not suggest this any more' })
    .input(z.object({ id: z.string().max(200) }))
    .output(z.array(Suggestion)),
  exportRules: base
    .route({ method: 'GET', path: '/door/rules/file', tags, summary: 'The lasting rules as JSON, signed by this device' })
    .output(z.object({ text: z.string() })),
  readRules: base
    .route({ method: 'POST', path: '/door/rules/file/read', tags, summary: 'Check a file of rules, and take nothing of it yet' })
    .input(z.object({ text: RulesFile }))
    .output(RulesRead),
  importRules: base
    .route({ method: 'POST', path: '/door/rules/file', tags, summary: 'Take the rules of a file that are not here yet' })
    .input(z.object({ text: RulesFile }))
    .output(z.array(Rule)),
  block: base
    .route({ method: 'PUT', path: '/door/blocked/{account}', tags, summary: 'Block or unblock an account' })
    .input(
      z.object({
        account: AccountId,
        blocked: z.boolean(),
        /** For your own log. */
        note: z.string().max(200).default(''),
      }),
    )
    .output(z.object({ blocked: z.array(AccountId) })),
  log: base
    .route({ method: 'GET', path: '/door/log', tags, summary: 'Decisions, newest first' })
    .input(
      LogFilter.extend({
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
    )
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
