import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, RuleId } from '../../../shared/ids.ts'
import { letsIn, nothingMore, type Rule, type RuleDraft } from '../../../shared/model/door.ts'
import type { Clock } from '../../platform/clock.ts'
import { otherwiseOf } from './audience.ts'
import { KeptRules, type FoundEnd } from './kept-rules.ts'
import { MAX_RULES } from './limits.ts'
import { applies, decide, isInForce, type Facts, type Now, type Ruling } from './policy.ts'
import { checkedDraft, checkOwner } from './rule-checks.ts'
import type { DoorStore } from './store.ts'
import type { DoorTime } from './time.ts'
import type { Audience, DoorEvent, LedgerNames, NewRule } from './types.ts'
import { outlasts } from './until.ts'
import { Uses } from './uses.ts'

interface Parts {
  readonly clock: Clock
  readonly store: DoorStore
  readonly time: DoorTime
  readonly newId: () => RuleId
  readonly isContact: (account: AccountId) => boolean
  readonly isBlocked: (account: AccountId) => boolean
  readonly groupsOf: (account: AccountId) => readonly string[]
  readonly names: LedgerNames
  /** Of the site that a visit names, where it is said only there. */
  readonly audienceOf?: (site: string | null) => Audience | null
  readonly publish: (event: DoorEvent) => void
  /** Something changed that can change a decision. */
  readonly changed: () => void
}

/** Somebody who asks; of what exactly may not be said. */
type Asked = Pick<Facts, 'account' | 'capability' | 'route' | 'connection'> &
  Partial<Pick<Facts, 'about'>> & { readonly audience?: Audience | undefined }

/** What an answer did to the rules: enough to take it back. `rule`: the one that says it now, `isNew` or not. */
export interface Settled {
  readonly rule: Rule
  readonly isNew: boolean
  readonly replaced: readonly { readonly rule: Rule; readonly end: FoundEnd }[]
}

/** The rules. What lasts `forever` or to a time is stored; the rest lives until the node stops. */
export class RuleBook {
  readonly #parts: Parts
  readonly #rules: KeptRules
  readonly #uses = new Uses()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#rules = new KeptRules({ ...parts, ended: parts.changed })
  }

  list(): Rule[] {
    return this.#rules.list()
  }

  get(id: RuleId | null): Rule | undefined {
    return id === null ? undefined : this.#rules.get(id)
  }

  facts({ account, capability, about = nothingMore, route, connection, audience: given }: Asked): Facts {
    const { isContact, isBlocked, groupsOf, names, audienceOf } = this.#parts
    const audience = given ?? (capability === 'visit' ? audienceOf?.(about.name) : null) ?? null
    const isOneOfThem = account !== null && isContact(account)
    return {
      account,
      capability,
      about,
      isContact: isOneOfThem,
      isBlocked: account !== null && isBlocked(account),
      groups: account === null ? [] : groupsOf(account),
      names: account === null ? [] : names.of(account).map(({ name }) => name),
      route,
      connection,
      otherwise: audience === null ? null : otherwiseOf(audience, isOneOfThem),
    }
  }

  decide(visitor: Asked): Ruling {
    const facts = this.facts(visitor)
    const now = this.now()
    return decide(facts, this.#rules.candidates(facts, now), now)
  }

  /** Whether somebody who is inside may stay: what let them in is not used up by their being there. */
  decideInside(visitor: Asked): Ruling {
    const facts = this.facts(visitor)
    const now: Now = { ...this.now(), usedInHour: () => 0 }
    return decide(facts, this.#rules.candidates(facts, now), now)
  }

  now(): Now {
    const { time } = this.#parts
    return {
      wallMs: time.wallMs(),
      leftMs: (rule) => this.#rules.leftMs(rule),
      usedInHour: ({ id }) => this.#uses.inHour(id, time.steadyMs()),
    }
  }

  /** *Errors* of this and all that adds: LatchError BAD_INPUT, CONFLICT (a name of somebody else), BUSY (too many). */
  add(draft: NewRule, origin: Rule['origin']): Rule {
    const rule = this.#made(this.checked(draft), origin)
    this.checkRoom(1)
    this.#rules.put(rule)
    this.#parts.changed()
    return rule
  }

  /** All of them, or none. */
  addAll(drafts: readonly NewRule[], origin: Rule['origin']): Rule[] {
    const rules = drafts.map((draft) => this.#made(this.checked(draft), origin))
    this.checkRoom(rules.length)
    this.#parts.store.database.transaction(() => rules.forEach((rule) => this.#rules.put(rule)))
    if (rules.length > 0) this.#parts.changed()
    return rules
  }

  /** The same, made whole, where it may be a rule here. */
  checked(given: NewRule): RuleDraft {
    const draft = checkedDraft(given)
    checkOwner(draft, this.#parts.names)
    return draft
  }

  checkRoom(rules: number): void {
    if (this.hasRoom(rules)) return
    throw new LatchError('BUSY', `There are at most ${MAX_RULES} rules. Remove some that are not needed any more.`)
  }

  hasRoom(rules = 1): boolean {
    return this.#rules.size + rules <= MAX_RULES
  }

  /**
   * What an answer makes of one account's rules: a new one in place of those of its kind that it outlasts, unless one
   * that is there says the same for at least as long. `against`: rules that the answer puts an end to.
   */
  settle(draft: RuleDraft, origin: Rule['origin'], against: readonly Rule[] = []): Settled {
    const same = this.#saying(draft)
    const now = this.now()
    const lasting = same.find((rule) => isInForce(rule, now) && outlasts(rule.until, draft.until))
    const outlasted = lasting === undefined ? same.filter((rule) => outlasts(draft.until, rule.until)) : []
    const rule = lasting ?? this.#made(draft, origin)
    const replaced = [...against, ...outlasted].map((old) => ({ rule: old, end: this.#rules.endOf(old.id) }))
    for (const old of replaced) this.#rules.drop(old.rule)
    if (lasting === undefined) this.#rules.put(rule)
    this.#parts.changed()
    return { rule, isNew: lasting === undefined, replaced }
  }

  /** As if the answer had not been given. */
  unsettle({ rule, isNew, replaced }: Settled): void {
    const made = isNew ? this.#rules.get(rule.id) : undefined
    if (made !== undefined) this.#rules.drop(made)
    for (const { rule: old, end } of replaced) this.#rules.put(old, end)
    this.#parts.changed()
  }

  /** Whether a rule made of this would speak about what they ask for. */
  wouldSpeak(draft: RuleDraft, visitor: Asked): boolean {
    return applies(this.#made(draft, 'prompt'), this.facts(visitor), { ...this.now(), leftMs: () => 1 })
  }

  /** *Errors* of this, `enable` and `remove`: LatchError NOT_FOUND. */
  edit(id: RuleId, given: NewRule): Rule {
    const old = this.#known(id)
    const draft = checkedDraft(given)
    // Whose the name is matters where the rule gets a name, or a second chance with it; not where a note is changed.
    const isSameName = old.suspended === null && JSON.stringify(draft.who) === JSON.stringify(old.who)
    if (!isSameName) checkOwner(draft, this.#parts.names)
    // A new end counts from now: whether the clock was set back since is told by when it was made.
    const isSameEnd = JSON.stringify(draft.until) === JSON.stringify(old.until)
    const createdMs = isSameEnd ? old.createdMs : this.#parts.time.wallMs()
    const rule: Rule = { ...old, ...draft, createdMs, suspended: null }
    this.#rules.put(rule)
    this.#parts.changed()
    return rule
  }

  enable(id: RuleId, enabled: boolean): Rule {
    const rule = { ...this.#known(id), enabled }
    this.#rules.put(rule)
    this.#parts.changed()
    return rule
  }

  remove(id: RuleId): void {
    this.#rules.drop(this.#known(id))
    this.#uses.forget(id)
    this.#parts.changed()
  }

  /** Whoever went by a name that is somebody else's now goes by it no more, until a person has looked at the rule. */
  suspendOutlived(): void {
    for (const rule of this.list()) {
      if (rule.who.kind !== 'name' || rule.suspended !== null) continue
      const owner = this.#parts.names.ownerOf(rule.who.name)
      if (owner === 'unknown' || owner === null || owner === rule.who.account) continue
      const why = `${rule.who.name} belongs to somebody else now.`
      this.#rules.put({ ...rule, suspended: { why, atMs: this.#parts.time.wallMs() } })
    }
  }

  /** A rule decided. `once` is then used up: it lasts as long as the connection it was used on. */
  hit(id: RuleId | null, connection: string | null, isLogged: boolean): void {
    const rule = this.get(id)
    if (rule === undefined) return
    const isUse = letsIn(rule.verdict) && connection !== null
    if (isUse && rule.match.perHour !== null) this.#uses.count(rule.id, this.#parts.time.steadyMs())
    const isUsedUp = isUse && rule.until.kind === 'once'
    const until = isUsedUp ? ({ kind: 'connection', connection } as const) : rule.until
    const counted = { ...rule, until, hits: rule.hits + 1, lastHitMs: this.#parts.time.wallMs() }
    // What the log leaves out as a repetition is not worth a write to the disk either.
    if (isLogged || isUsedUp) this.#rules.put(counted)
    else this.#rules.count(rule, counted)
    // It lets in nobody else from now on, nor is anybody else to stay by it.
    if (isUsedUp) this.#parts.changed()
  }

  stop(): void {
    this.#rules.stop()
  }

  connectionGone(connection: string): void {
    for (const rule of this.list()) {
      if (rule.until.kind !== 'connection' || rule.until.connection !== connection) continue
      this.#rules.drop(rule)
      this.#uses.forget(rule.id)
    }
  }

  #known(id: RuleId): Rule {
    const rule = this.#rules.get(id)
    if (rule !== undefined) return rule
    throw new LatchError('NOT_FOUND', 'There is no rule of that id.')
  }

  /** Rules that say what a draft says, of an account of its own: only their ends and their notes may differ. */
  #saying({ who, capability, verdict, priority, match }: RuleDraft): Rule[] {
    if (who.kind !== 'account') return []
    return this.#rules
      .own(who.account, capability)
      .filter(
        (rule) =>
          rule.who.kind === 'account' &&
          rule.verdict === verdict &&
          rule.enabled &&
          rule.priority === priority &&
          JSON.stringify(rule.match) === JSON.stringify(match),
      )
  }

  #made(draft: RuleDraft, origin: Rule['origin']): Rule {
    const { newId, time } = this.#parts
    const unused = { lastHitMs: null, hits: 0, suspended: null }
    return { id: newId(), enabled: true, ...draft, origin, createdMs: time.wallMs(), ...unused }
  }
}
