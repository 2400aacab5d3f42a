import type { AccountId, KnockId, PeerId, RuleId } from '../../../shared/ids.ts'
import type {
  About,
  Answer,
  Capability,
  Decision,
  Finding,
  Knock,
  LogFilter,
  Offering,
  Rehearsal,
  Rule,
  RuleDraft,
  RulesRead,
  SentKnock,
  Suggestion,
} from '../../../shared/model/door.ts'
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

export type { RuleDraft } from '../../../shared/model/door.ts'

/** A rule to be made; what is left out asks for nothing more, and lasts. */
export type NewRule = Pick<RuleDraft, 'who' | 'capability' | 'verdict'> & Partial<RuleDraft>

/** Who owns which name, by the ledger. `unknown`: the ledger is behind, or there is none. */
export interface LedgerNames {
  of(account: AccountId): readonly { readonly name: string; readonly sinceMs: number }[]
  ownerOf(name: string): AccountId | null | 'unknown'
}

/** Whom one thing is for, where no rule says otherwise: asked of a contact, or of whoever is none. */
export type Audience = (guest: { readonly isContact: boolean }) => 'allow' | 'ask' | 'deny'

/** A page that is open here, or a message, that asks for itself. `peer`: the connection that it comes over; null for one from a copy. */
export interface PageOf {
  readonly account: AccountId
  readonly peerId: PeerId
  readonly peer: RemotePeer | null
  /** The site that it belongs to, for the question. */
  readonly site?: string
  /** It is a message of theirs that offers this, and no page. */
  readonly offered?: Offering
}

export interface DoorFeature {
  start(): Promise<void>
  stop(): Promise<void>

  /**
   * The guard of a protocol that needs `capability`: decides by rule at once, logs, never waits for a person.
   * `protocol` is what its rate is shown under.
   */
  guard(capability: Capability, protocol?: string): Guard
  /** The same at once, where nothing can wait for a proof: who has not proven an account yet is refused. */
  admitsNow(capability: Capability, peer: RemotePeer): Admission
  /**
   * What a guard says, for a request that is named inside a stream. Waits for a proof, never for a person. `otherwise`
   * takes the place of the capability's default; where it lets strangers in, so it does whoever proves no account, unless
   * a rule keeps out everybody of whom no more is known.
   */
  admits(
    capability: Capability,
    peer: RemotePeer,
    about: About,
    signal: AbortSignal,
    otherwise?: Audience,
  ): Promise<Admission>
  /** What the door says now of who is inside already: nothing is used up, waited for or written down. */
  stays(capability: Capability, peer: RemotePeer, about: About): Admission
  /**
   * What a page that is open here may: decided by rule at once, or put before the person as a knock (`onKnock`, at most
   * once and before this returns), whose end is waited for. A load is of a name, whatever lies under it. Errors: the
   * signal's reason; the question goes with the last that waits for it.
   *
   * A message that offers a file asks for `file`, each file by itself: an allowance for once is for that file. Refused
   * `denied`: by a rule or a person. `silent`: nobody answered, so that the offer stands. `busy`: too much is asked
   * already, or they were refused too often; ask again when the person wants it.
   */
  ask(
    capability: Capability,
    page: PageOf,
    about: About,
    signal: AbortSignal,
    onKnock: (id: KnockId) => void,
  ): Promise<Admission>
  /**
   * The same at once, where whoever asks has a question of its own to put: `ask` decides nothing, and is not logged.
   * Nor is `allow`, and nothing is used up by it: whoever lets it in by that says so with `took`.
   */
  judge(capability: Capability, page: Omit<PageOf, 'peer' | 'site'>, about: About): 'allow' | 'ask' | 'deny'
  /** What `judge` just allowed came in: an allowance for once is used up, and it is written down. */
  took(capability: Capability, page: Omit<PageOf, 'peer' | 'site'>, about: About): void
  /**
   * The guard of a protocol that is open to strangers: standing, blocks and rates only. `why` is shown on the node's
   * page.
   */
  openToStrangers(why: string, protocol?: string): Guard
  /**
   * Connections of a banned peer are refused before the upgrade, and those of devices that are known as a blocked
   * account's and as nobody else's.
   */
  admitsConnection(peerId: PeerId): boolean

  pending(): Knock[]
  recent(): Knock[]
  /** Errors: LatchError NOT_FOUND, CONFLICT, BAD_INPUT, BUSY (too many rules). */
  answer(id: KnockId, answer: Answer): Knock
  undo(id: KnockId): Knock
  knock(
    to: { peerId: PeerId } | { account: AccountId },
    capability: Capability,
    greeting: string,
    about?: Partial<About>,
  ): Promise<SentKnock>
  /** The same with a one-time token of an invitation; allowed without a question where the token is good. */
  knockWithToken(peerId: PeerId, token: Uint8Array): Promise<SentKnock>
  sent(): SentKnock[]
  cancel(id: KnockId): SentKnock

  rules(): Rule[]
  /** Errors: LatchError BAD_INPUT, CONFLICT (a name that is not that account's), BUSY (too many rules). */
  addRule(draft: NewRule, origin: Rule['origin']): Rule
  /** Counts, origin and id stay; what was suspended speaks again. Errors: as `addRule`, and NOT_FOUND. */
  editRule(id: RuleId, draft: RuleDraft): Rule
  enableRule(id: RuleId, enabled: boolean): Rule
  removeRule(id: RuleId): void
  /** Rules that do nothing, and why. */
  findings(): Finding[]
  /** What a rule would have done to the last 1,000 decisions, in place of `replaces` if that is given. */
  rehearse(draft: RuleDraft, replaces?: RuleId): Rehearsal
  /** Rules that the answers so far suggest; those declined are left out. */
  suggestions(): Suggestion[]
  declineSuggestion(id: string): Suggestion[]
  /** The lasting rules as JSON, signed by this device. */
  exportRules(): Promise<string>
  /** Errors of this and `importRules`: LatchError BAD_INPUT, with what is wrong with the file. */
  readRules(text: string): Promise<RulesRead>
  /** Those that are not here yet, all or none. Errors: as `addRule` too. */
  importRules(text: string): Promise<Rule[]>
  /** Nothing lets this account in any more: no rule of its own or for its name, no knock of ours that it might still say yes to. */
  forget(account: AccountId): void
  blocked(): AccountId[]
  /** `note` goes into the log. */
  block(account: AccountId, blocked: boolean, note?: string): AccountId[]
  /** Newest first, those with a number below `before`, at most `limit`. */
  log(filter: LogFilter, before: number | undefined, limit: number): Decision[]
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

  /**
   * Who is in which group, who owns which name, or the settings changed: rules that go by them decide anew, and what
   * came quietly is put before the person where they may be disturbed again.
   */
  reconsider(): void

  /** A connection came (undelivered verdicts go out) or went (rules "for this connection" and "once" end). */
  connected(peer: RemotePeer): void
  disconnected(peer: RemotePeer): void

  onOpened(listener: (opened: Opened) => void): () => void
  onClosed(listener: (closed: Closed) => void): () => void
  watch(signal?: AbortSignal): AsyncIterable<Watched<DoorSnapshot, DoorEvent>>
}
