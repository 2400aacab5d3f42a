import type { AccountId, KnockId, PeerId, RuleId } from '../../../shared/ids.ts'
import type { Answer, Capability, Decision, Knock, Rule, SentKnock } from '../../../shared/model/door.ts'
import type { PendingInvitation, Standing } from '../../../shared/model/peers.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Admission, Guard, Offence, RemotePeer } from '../../platform/streams.ts'

export type DoorEvent =
  | { event: 'knock-changed'; knock: Knock }
  | { event: 'sent-knock-changed'; sent: SentKnock }
  | { event: 'rule-changed'; rule: Rule }
  | { event: 'rule-removed'; id: RuleId }
  | { event: 'blocked-changed'; blocked: AccountId[] }
  | { event: 'decided'; decision: Decision }

export interface DoorSnapshot {
  pending: Knock[]
  recent: Knock[]
  sent: SentKnock[]
  rules: Rule[]
  blocked: AccountId[]
}

/** `theirs`: we let them in. `ours`: they let us in. */
export interface Opened {
  readonly whose: 'theirs' | 'ours'
  readonly account: AccountId
  readonly peerId: PeerId
  readonly capability: Capability
}

/**
 * An allowance of ours was taken back within its ten seconds. `wasContact`: they were a contact before it was given.
 */
export interface Closed {
  readonly account: AccountId
  readonly peerId: PeerId
  readonly capability: Capability
  readonly wasContact: boolean
}

export type LogCheck =
  | { outcome: 'whole'; decisions: number; head: string }
  | { outcome: 'broken'; decisions: number; firstBadSeq: number; why: string }

export type RuleDraft = Pick<Rule, 'who' | 'capability' | 'verdict' | 'until' | 'priority' | 'note'>

export interface DoorFeature {
  start(): Promise<void>
  stop(): Promise<void>

  /** The guard of a protocol that needs `capability`: decides by rule at once, logs, never waits for a person. */
  guard(capability: Capability): Guard
  /** The same at once, where nothing can wait for a proof: who has not proven an account yet is refused. */
  admitsNow(capability: Capability, peer: RemotePeer): Admission
  /**
   * The guard of a protocol that is open to strangers: standing, blocks and rates only. `why` is shown on the node's
   * page.
   */
  openToStrangers(why: string): Guard
  /** Connections of a banned peer or a blocked account's known device are refused before the upgrade. */
  admitsConnection(peerId: PeerId): boolean

  pending(): Knock[]
  recent(): Knock[]
  answer(id: KnockId, answer: Answer): Knock
  undo(id: KnockId): Knock
  knock(to: { peerId: PeerId } | { account: AccountId }, capability: Capability, greeting: string): Promise<SentKnock>
  /** The same with a one-time token of an invitation; allowed without a question where the token is good. */
  knockWithToken(peerId: PeerId, token: Uint8Array): Promise<SentKnock>
  sent(): SentKnock[]
  cancel(id: KnockId): SentKnock

  rules(): Rule[]
  addRule(draft: RuleDraft, origin: Rule['origin']): Rule
  enableRule(id: RuleId, enabled: boolean): Rule
  removeRule(id: RuleId): void
  /** Nothing lets this account in any more: no rule of its own, no knock of ours that it might still say yes to. */
  forget(account: AccountId): void
  blocked(): AccountId[]
  block(account: AccountId, blocked: boolean): AccountId[]
  log(before: number | undefined, limit: number): Decision[]
  /** Walks the whole log, in slices between which everything else runs. */
  verifyLog(): Promise<LogCheck>

  /** 16 random bytes that open `contact` once, to whoever brings them before `expiresMs`; `id` as in `tokens`. */
  mintToken(expiresMs: number): { token: Uint8Array; id: string }
  /** Tokens that were not used yet, newest first. */
  tokens(): PendingInvitation[]
  /** It opens nothing from now on, and whoever brings it learns no more than from one that never was. Errors: NOT_FOUND. */
  revokeToken(id: string): void

  offence: Offence
  standing(peerId: PeerId): Standing

  /** A connection came (undelivered verdicts go out) or went (rules "for this connection" and "once" end). */
  connected(peer: RemotePeer): void
  disconnected(peer: RemotePeer): void

  onOpened(listener: (opened: Opened) => void): () => void
  onClosed(listener: (closed: Closed) => void): () => void
  watch(signal?: AbortSignal): AsyncIterable<Watched<DoorSnapshot, DoorEvent>>
}
