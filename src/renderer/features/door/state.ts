import type { DoorEvent, DoorSnapshot } from '../../../shared/contract/door.ts'
import type { AccountId, KnockId, RuleId } from '../../../shared/ids.ts'
import type { Decision, Knock, Rule, SentKnock } from '../../../shared/model/door.ts'

export interface DoorState {
  knocks: ReadonlyMap<KnockId, Knock>
  sent: ReadonlyMap<KnockId, SentKnock>
  rules: ReadonlyMap<RuleId, Rule>
  blocked: readonly AccountId[]
  /** What was decided while this window looked on, newest first; older ones are asked for by page. */
  decisions: readonly Decision[]
}

export const closedDoor: DoorState = {
  knocks: new Map(),
  sent: new Map(),
  rules: new Map(),
  blocked: [],
  decisions: [],
}

/** What the window keeps of what it saw; main keeps the rest. */
const KNOCKS_KEPT = 200
const DECISIONS_KEPT = 1_000

export function resetDoor(_: DoorState, snapshot: DoorSnapshot): DoorState {
  return {
    knocks: new Map([...snapshot.recent, ...snapshot.pending].map((knock) => [knock.id, knock])),
    sent: new Map(snapshot.sent.map((sent) => [sent.id, sent])),
    rules: new Map(snapshot.rules.map((rule) => [rule.id, rule])),
    blocked: snapshot.blocked,
    decisions: [],
  }
}

export function applyDoorEvent(state: DoorState, event: DoorEvent): DoorState {
  switch (event.event) {
    case 'knock-changed':
      return { ...state, knocks: keepNewest(new Map(state.knocks).set(event.knock.id, event.knock)) }
    case 'sent-knock-changed':
      return { ...state, sent: new Map(state.sent).set(event.sent.id, event.sent) }
    case 'rule-changed':
      return { ...state, rules: new Map(state.rules).set(event.rule.id, event.rule) }
    case 'rule-removed': {
      const rules = new Map(state.rules)
      rules.delete(event.id)
      return { ...state, rules }
    }
    case 'blocked-changed':
      return { ...state, blocked: event.blocked }
    case 'decided':
      return { ...state, decisions: [event.decision, ...state.decisions].slice(0, DECISIONS_KEPT) }
  }
}

function isOpen(knock: Knock): boolean {
  return knock.state === 'pending' || knock.state === 'queued'
}

/** Answered knocks beyond the bound go, the oldest first; what waits for an answer never does. */
function keepNewest(knocks: Map<KnockId, Knock>): Map<KnockId, Knock> {
  if (knocks.size <= KNOCKS_KEPT) return knocks
  const answered = [...knocks.values()].filter((knock) => !isOpen(knock))
  const oldest = answered.toSorted((a, b) => a.receivedMs - b.receivedMs)
  for (const knock of oldest.slice(0, knocks.size - KNOCKS_KEPT)) knocks.delete(knock.id)
  return knocks
}

/** In the order they came, so that a new one never moves an old one. */
function inOrder(knocks: Iterable<Knock>): Knock[] {
  return [...knocks].toSorted((a, b) => a.receivedMs - b.receivedMs || (a.id < b.id ? -1 : 1))
}

/** Whether an answer given can still be taken back. */
export function canUndo(knock: Knock, nowMs: number): boolean {
  return knock.undoUntilMs !== null && knock.undoUntilMs > nowMs && !isOpen(knock)
}

/** It was answered from the list of missed ones, after its time was up. */
export function wasMissed(knock: Knock): boolean {
  return knock.answeredMs !== null && knock.answeredMs > knock.untilMs
}

/** Those who wait for an answer and may disturb: over every other screen. */
export function calling(state: DoorState): Knock[] {
  return inOrder([...state.knocks.values()].filter((knock) => knock.state === 'pending' && !knock.quiet))
}

/** Those just answered, for as long as that can be taken back; the latest last. */
export function answered(state: DoorState, nowMs: number): Knock[] {
  const just = [...state.knocks.values()].filter((knock) => canUndo(knock, nowMs))
  return just.toSorted((a, b) => (a.answeredMs ?? 0) - (b.answeredMs ?? 0))
}

/** Those who wait for an answer, and, where they stood, those just answered. */
export function atTheDoor(state: DoorState, nowMs: number): Knock[] {
  const here = (knock: Knock): boolean => knock.state === 'pending' || (canUndo(knock, nowMs) && !wasMissed(knock))
  return inOrder([...state.knocks.values()].filter(here))
}

export function countPending(state: DoorState): number {
  return count(state, isOpen)
}

/** Of those who wait, the ones that may disturb: what came quietly is counted at the door and nowhere else. */
export function countCalling(state: DoorState): number {
  return count(state, (knock) => isOpen(knock) && !knock.quiet)
}

/** Those waiting behind the ones that are shown: loud ones behind loud ones, quiet ones behind quiet ones. */
export function countQueued(state: DoorState, quiet = false): number {
  return count(state, (knock) => knock.state === 'queued' && knock.quiet === quiet)
}

function count(state: DoorState, counts: (knock: Knock) => boolean): number {
  let counted = 0
  for (const knock of state.knocks.values()) if (counts(knock)) counted += 1
  return counted
}

/** Nobody answered these in time, newest first; with those answered just now, where they stood. */
export function missed(state: DoorState, nowMs: number): Knock[] {
  const here = (knock: Knock): boolean => knock.state === 'missed' || (canUndo(knock, nowMs) && wasMissed(knock))
  return inOrder([...state.knocks.values()].filter(here)).toReversed()
}

export function countMissed(state: DoorState): number {
  return count(state, (knock) => knock.state === 'missed')
}

/** The latest knock of ours at somebody's door for one thing. */
export function lastSentTo(
  state: DoorState,
  account: AccountId,
  capability: SentKnock['capability'] = 'contact',
): SentKnock | null {
  let last: SentKnock | null = null
  for (const sent of state.sent.values()) {
    if (sent.account !== account || sent.capability !== capability) continue
    if (last === null || sent.sentMs > last.sentMs) last = sent
  }
  return last
}
