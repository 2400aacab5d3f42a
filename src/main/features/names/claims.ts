import { LatchError } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/ids.ts'
import type { EntryPlace, LedgerEntry, OpDraft, Submitted } from '../../../shared/model/blocks.ts'
import type { EntryId, NameLabel, NameOnLedger } from '../../../shared/model/ledger.ts'
import type { ClaimStep } from '../../../shared/model/names.ts'
import type { Clock } from '../../platform/clock.ts'
import { Feed } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import { asSentence } from './as-sentence.ts'
import { type Claiming, type ClaimRules, type ClaimView, nextMove } from './claim-plan.ts'
import type { ClaimStore } from './claim-store.ts'
import { ENTRIES_LOOKED_THROUGH, MAX_CLAIM_ATTEMPTS, REFUSED_KEPT_MS } from './keeping-limits.ts'

/** What a claim asks the ledger for; the ledger's feature has it. */
export interface ClaimLedger {
  /** *Errors*: LatchError BUSY, the signal's reason. */
  submit(what: { readonly op: OpDraft }, signal?: AbortSignal): Promise<Submitted>
  /** *Errors*: LatchError NOT_FOUND. */
  entry(id: EntryId): LedgerEntry
  entries(filter: { readonly account: AccountId; readonly waiting: boolean; readonly limit: number }): LedgerEntry[]
  name(name: NameLabel): NameOnLedger | null
  names(): NameOnLedger[]
  head(): { readonly height: number; readonly sync: { readonly state: string } }
}

export interface ClaimsParts {
  readonly ledger: ClaimLedger
  readonly store: ClaimStore
  readonly me: AccountId
  /** Of the network's genesis. */
  readonly rules: ClaimRules
  readonly clock: Clock
  readonly log: Log
}

export interface ClaimNews {
  readonly name: NameLabel
  /** Null: it is not being claimed any more. */
  readonly step: ClaimStep | null
}

interface Underway {
  claiming: Claiming
  step: ClaimStep | null
  /** One look at a time; another one is wanted after it. */
  isLooking: boolean
  isToLookAgain: boolean
  readonly abort: AbortController
}

/** Names on their way to this account, in one network. Goes on after a restart where it was. */
export class Claims {
  readonly #parts: ClaimsParts
  readonly #feed: Feed<ClaimNews>
  readonly #underway = new Map<NameLabel, Underway>()
  readonly #running = new Set<Promise<void>>()
  #isStopped = false

  constructor(parts: ClaimsParts) {
    this.#parts = parts
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener to claims failed'))
    const nowMs = parts.clock.nowMs()
    for (const claiming of parts.store.list()) {
      if (claiming.refusedMs !== null && nowMs - claiming.refusedMs > REFUSED_KEPT_MS) parts.store.drop(claiming.name)
      else this.#underway.set(claiming.name, underwayOf(claiming))
    }
  }

  /** The ledger changed: a block, an entry, how far it is behind. Cheap where nothing is claimed. */
  noticed(): void {
    for (const one of this.#underway.values()) this.#look(one)
  }

  /** Resolves when nothing of it runs any more; what was not finished goes on after the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const { abort } of this.#underway.values()) abort.abort(new Error('stopped'))
    await Promise.all(this.#running)
  }

  subscribe(listener: (news: ClaimNews) => void): () => void {
    return this.#feed.subscribe(listener)
  }

  /** How far each has come; those refused within the last day too. */
  list(): { readonly name: NameLabel; readonly step: ClaimStep | null }[] {
    return [...this.#underway].map(([name, { step }]) => ({ name, step }))
  }

  /**
   * Begins, or joins what is under way, and gives each step until the name is yours or was refused. The signal ends the
   * telling, and not the claim. *Errors*: LatchError BUSY while the ledger here is behind.
   */
  async *claim(name: NameLabel, signal?: AbortSignal): AsyncGenerator<ClaimStep, void, void> {
    const begin = (): ClaimStep | null => {
      const before = this.#underway.get(name)
      if (before !== undefined && before.claiming.refused === null) return before.step
      this.#begin(name)
      // Its first steps are told as events.
      return null
    }
    for await (const item of this.#feed.watch(begin, signal)) {
      const step = item.kind === 'snapshot' ? item.snapshot : item.event.name === name ? item.event.step : undefined
      if (step === undefined) continue
      if (step !== null) yield step
      const isOver = step === null ? item.kind === 'event' : step.step === 'yours' || step.step === 'refused'
      if (isOver) return
    }
  }

  /** Is not claimed any more, as far as this device goes: what lies on the ledger stays there. */
  drop(name: NameLabel): void {
    const one = this.#underway.get(name)
    if (one === undefined) return
    one.abort.abort(new Error('given up'))
    this.#forget(one)
    this.#feed.publish({ name, step: null })
  }

  #begin(name: NameLabel): void {
    const { ledger, store, clock } = this.#parts
    if (ledger.head().sync.state !== 'ready') {
      throw new LatchError('BUSY', 'The ledger here is catching up: a name can be claimed when it is done.')
    }
    const fresh = { commitment: null, registration: null, isCommitted: false, attempts: 0, refused: null, refusedMs: null }
    const one = underwayOf({ name, startedMs: clock.nowMs(), ...fresh })
    store.put(one.claiming)
    this.#underway.set(name, one)
    this.#look(one)
  }

  #look(one: Underway): void {
    one.isToLookAgain = true
    if (one.isLooking || this.#isStopped) return
    one.isLooking = true
    const running = this.#advance(one).finally(() => {
      one.isLooking = false
      this.#running.delete(running)
    })
    this.#running.add(running)
  }

  async #advance(one: Underway): Promise<void> {
    const { log } = this.#parts
    try {
      while (one.isToLookAgain && this.#isUnderway(one)) {
        one.isToLookAgain = false
        await this.#move(one)
      }
    } catch (error) {
      // What was given up has no answer; a ledger that is being opened is looked at again when it has something to say.
      if (one.abort.signal.aborted) return
      if (error instanceof LatchError && error.code === 'BUSY') return
      log.error({ error }, 'a claim failed')
      this.#failed(one)
    }
  }

  /** Where not even that can be written down, as on a full disk, it goes on after the next start. */
  #failed(one: Underway): void {
    const why = 'Something failed inside Latch; the log has the cause.'
    try {
      this.#refuse(one, why)
    } catch (error) {
      this.#parts.log.error({ error }, 'what became of a claim could not be written down')
      this.#say(one, { step: 'refused', why })
    }
  }

  async #move(one: Underway): Promise<void> {
    const { claiming } = one
    const move = nextMove(claiming, this.#view(claiming))
    if (move.do === 'end') return this.#end(one, move.step)
    this.#say(one, move.step)
    if (move.do === 'wait') return
    one.isToLookAgain = true
    const found = this.#found(claiming, move.do)
    if (found !== null) return this.#made(one, move.do, found)
    const op: OpDraft = { kind: move.do, name: claiming.name }
    const submitted = await this.#parts.ledger.submit({ op }, one.abort.signal)
    if (!this.#isUnderway(one)) return
    if (submitted.outcome === 'taken') return this.#made(one, move.do, submitted.entry.id)
    if (submitted.code !== 'claim') return this.#refuse(one, submitted.why)
    // `claim`: there is one already; of an opening: there is none, or it has been forgotten since.
    if (move.do === 'claim') return this.#save(one, { isCommitted: true })
    if (claiming.attempts >= MAX_CLAIM_ATTEMPTS) return this.#refuse(one, submitted.why)
    this.#save(one, { commitment: null, registration: null, isCommitted: false, attempts: claiming.attempts + 1 })
  }

  #made(one: Underway, what: 'claim' | 'register', id: EntryId): void {
    if (what === 'register') this.#save(one, { registration: id })
    else this.#save(one, { commitment: id, attempts: one.claiming.attempts + 1 })
  }

  /** One that was made, and of which this device was stopped before it could write that down. */
  #found({ name }: Claiming, kind: 'claim' | 'register'): EntryId | null {
    const { ledger, me } = this.#parts
    const entries = ledger.entries({ account: me, waiting: true, limit: ENTRIES_LOOKED_THROUGH })
    return entries.find((entry) => entry.kind === kind && entry.name === name)?.id ?? null
  }

  #view({ name, commitment, registration }: Claiming): ClaimView {
    const { ledger, me, rules } = this.#parts
    const { height, sync } = ledger.head()
    return {
      isReady: sync.state === 'ready',
      height,
      me,
      held: ledger.names().length,
      owned: ledger.name(name),
      commitment: this.#placeOf(commitment),
      registration: this.#placeOf(registration),
      rules,
    }
  }

  #placeOf(id: EntryId | null): EntryPlace | null {
    if (id === null) return null
    try {
      return this.#parts.ledger.entry(id).place
    } catch (error) {
      if (error instanceof LatchError && error.code === 'NOT_FOUND') return null
      throw error
    }
  }

  #end(one: Underway, step: Extract<ClaimStep, { step: 'yours' | 'refused' }>): void {
    if (step.step === 'refused') return this.#refuse(one, step.why)
    this.#forget(one)
    this.#say(one, step)
  }

  #refuse(one: Underway, reason: string): void {
    const why = asSentence(reason)
    one.isToLookAgain = false
    if (one.claiming.refused === null) this.#save(one, { refused: why, refusedMs: this.#parts.clock.nowMs() })
    this.#say(one, { step: 'refused', why })
  }

  #save(one: Underway, change: Partial<Claiming>): void {
    one.claiming = { ...one.claiming, ...change }
    this.#parts.store.put(one.claiming)
  }

  #say(one: Underway, step: ClaimStep): void {
    if (JSON.stringify(step) === JSON.stringify(one.step)) return
    one.step = step
    this.#feed.publish({ name: one.claiming.name, step })
  }

  #forget(one: Underway): void {
    this.#parts.store.drop(one.claiming.name)
    this.#underway.delete(one.claiming.name)
  }

  /** Still the one that is meant: nobody gave it up, or began anew. */
  #isUnderway(one: Underway): boolean {
    return !this.#isStopped && this.#underway.get(one.claiming.name) === one
  }
}

function underwayOf(claiming: Claiming): Underway {
  const step: ClaimStep | null = claiming.refused === null ? null : { step: 'refused', why: claiming.refused }
  return { claiming, step, isLooking: false, isToLookAgain: false, abort: new AbortController() }
}
