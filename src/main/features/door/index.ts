/*
 * The door: who may do what here, who is asked, and what was decided.
 *
 * Decisions are made in pure functions (policy, queue, answer-rules, disclosure, mute, reputation, work; findings,
 * rehearse and suggest about the rules themselves); thin classes around them keep the rules, the questions, the streams
 * let in, and the log. Every bound on what a stranger controls is in limits.ts; the rules of the house are told in
 * docs/wire/door.md.
 */
export { subnetOf } from './buckets.ts'
export { createDoor } from './door.ts'
export type { DoorParts, DoorSettings } from './door-parts.ts'
export type {
  Audience,
  Closed,
  DoorEvent,
  DoorFeature,
  DoorSnapshot,
  LedgerNames,
  LogCheck,
  NewRule,
  Opened,
  PageOf,
  RuleDraft,
} from './types.ts'
