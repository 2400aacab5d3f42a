import type { AccountId, KnockId, PeerId } from '../../../shared/ids.ts'
import type { Knock } from '../../../shared/model/door.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Journal } from './journal.ts'
import { ANSWER_WITHIN_MS, JOINS_WRITTEN_MS, QUEUED_FOR_MS, RECENT_FOR_MS, UNDO_LEAVES_MS } from './limits.ts'
import { asQueued, isOpen, questionOf, visitorOf, type Question, type Standing } from './question.ts'
import { nextToShow, type Queued } from './queue.ts'
import { Silences } from './silences.ts'
import type { DoorStore, Received } from './store.ts'
import type { DoorTime } from './time.ts'
import type { DoorEvent } from './types.ts'
import type { Told, Verdicts } from './verdicts.ts'

interface Parts {
  readonly clock: Clock
  readonly time: DoorTime
  readonly store: DoorStore
  readonly verdicts: Verdicts
  readonly journal: Journal
  readonly isContact: (account: AccountId) => boolean
  readonly publish: (event: DoorEvent) => void
}

/** The questions before the person, those that wait their turn, and what became of the last ones. */
export class Questions {
  readonly #parts: Parts
  /** In the order in which they came. */
  #open: Question[] = []
  readonly #recent = new Map<KnockId, Received>()
  readonly silences: Silences
  #isStopped = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.silences = new Silences(parts.clock)
    for (const received of parts.store.received().toReversed()) this.#recent.set(received.knock.id, received)
  }

  /** Nobody answered what was open when the node stopped, however it stopped. */
  missThoseOfLastTime(): void {
    for (const received of this.#recent.values()) {
      if (isOpen(received.knock)) this.#miss(received, 'the node stopped before anybody answered')
    }
    this.#prune()
  }

  /** Shown first, then those that wait. */
  pending(): Knock[] {
    const knocks = this.#open.map((question) => question.received.knock)
    return [
      ...knocks.filter((knock) => knock.state === 'pending'),
      ...knocks.filter((knock) => knock.state === 'queued'),
    ]
  }

  /** Newest first. */
  recent(): Knock[] {
    return [...this.#recent.values()].map((received) => received.knock).toSorted((a, b) => b.receivedMs - a.receivedMs)
  }

  open(): readonly Question[] {
    return this.#open
  }

  queue(): Queued[] {
    return this.#open.map((question) => this.#asQueued(question))
  }

  find(id: KnockId): Question | undefined {
    return this.#open.find((question) => question.received.knock.id === id)
  }

  /** An open question for which this knock of this peer waits. */
  waitingFor(peerId: PeerId, id: KnockId): Question | undefined {
    return this.#open.find(({ received }) =>
      received.callers.some((caller) => caller.id === id && caller.peerId === peerId),
    )
  }

  known(id: KnockId): Received | undefined {
    return this.find(id)?.received ?? this.#recent.get(id)
  }

  /** `instead`: a question that goes back in line for it. */
  add(received: Received, standing: Standing, instead: KnockId | null): Question {
    const question = questionOf(received, standing)
    const other = instead === null ? undefined : this.find(instead)
    if (other !== undefined) this.#sendBack(other)
    this.#open.push(question)
    this.#startClock(question, received.knock.state === 'pending' ? ANSWER_WITHIN_MS : QUEUED_FOR_MS)
    this.#save(question.received)
    return question
  }

  change(question: Question, change: Partial<Received>): void {
    question.received = { ...question.received, ...change }
    this.#save(question.received)
  }

  /** One more request: it counts at once, and is written down and told with all others of the next moment. */
  join(question: Question, received: Received): void {
    question.received = received
    const { clock } = this.#parts
    question.joined ??= { count: 0, cancel: clock.after(JOINS_WRITTEN_MS, () => this.#writeJoined(question)) }
    question.joined.count++
  }

  /** Takes a question away from the person; `settle` then says what became of it. */
  take(question: Question): void {
    const open = this.#open
    const leftMs = this.leftMs(question)
    // It stands where it stood, if what was to become of it could not be written.
    this.#onRollback(() => {
      this.#open = open
      this.#startClock(question, leftMs)
    })
    question.cancel()
    this.#open = open.filter((other) => other !== question)
    this.#writeJoined(question)
  }

  /** What became of a knock that is not open any more. `null` tells the knockers nothing. */
  settle(received: Received, state: Knock['state'], told: Told | null, undoUntilMs: number | null = null): Received {
    const settled = this.#settle(received, state, told, undoUntilMs)
    this.#prune()
    this.#showNext()
    return settled
  }

  /** They are not told of a refusal; what they hear, and when, is what they would hear if nobody had answered. */
  keepSilent(refused: Received, isShown: boolean, leftMs: number): void {
    this.silences.keep(refused, isShown, leftMs, (callers) => {
      const received = this.#recent.get(refused.knock.id) ?? refused
      const settled = { ...received, callers, told: received.told + 1 }
      this.#recent.set(refused.knock.id, settled)
      this.#save(settled)
      this.#tell(settled, { outcome: 'unanswered' })
    })
  }

  /** An answer was taken back: the question is there again, before others, with `leftMs` or a little more. */
  reopen(id: KnockId, standing: Standing, leftMs: number): Question | undefined {
    const received = this.#recent.get(id)
    if (received === undefined) return undefined
    this.#recent.delete(id)
    const callers = this.silences.end(id) ?? received.callers
    const knock: Knock = { ...received.knock, state: 'queued', answeredMs: null, undoUntilMs: null }
    const question = questionOf({ ...received, callers, knock }, standing)
    this.#open.unshift(question)
    const next = nextToShow(this.#choices())
    if (next?.show.question === question) {
      if (next.instead !== null) this.#sendBack(next.instead.question)
      this.#show(question, Math.max(leftMs, UNDO_LEAVES_MS))
    } else {
      this.#startClock(question, QUEUED_FOR_MS)
      this.#save(question.received)
    }
    return question
  }

  leftMs(question: Question): number {
    return Math.max(0, question.deadlineMs - this.#parts.clock.monotonicMs())
  }

  miss(question: Question): void {
    this.take(question)
    this.#miss(question.received, 'nobody answered in time')
    this.#prune()
    this.#showNext()
  }

  /** Who may disturb again is a question like any other, and is put before the person from now on. */
  unquiet(isQuiet: (isContact: boolean) => boolean): void {
    for (const question of this.#open) {
      const { knock } = question.received
      if (!knock.quiet || isQuiet(this.#parts.isContact(knock.account))) continue
      question.received = { ...question.received, knock: { ...knock, quiet: false } }
      if (knock.state === 'pending') this.#show(question, ANSWER_WITHIN_MS)
      else this.#save(question.received)
    }
    this.#showNext()
  }

  /** What is open stays so in the database, and is missed at the next start. */
  stop(): void {
    this.#isStopped = true
    this.silences.stop()
    for (const question of this.#open) {
      question.cancel()
      this.#writeJoined(question)
    }
  }

  #miss(received: Received, why: string): void {
    this.#parts.store.database.transaction(() => {
      this.#parts.journal.decided(visitorOf(received.knock), { verdict: 'deny', why, by: 'timeout' })
      this.#settle(received, 'missed', { outcome: 'unanswered' }, null)
    })
  }

  #settle(received: Received, state: Knock['state'], told: Told | null, undoUntilMs: number | null): Received {
    const answeredMs = state === 'missed' ? null : this.#parts.time.wallMs()
    const knock = { ...received.knock, state, answeredMs, undoUntilMs }
    const settled = { ...received, knock, told: received.told + (told === null ? 0 : 1) }
    const before = this.#recent.get(knock.id)
    this.#onRollback(() => {
      if (before === undefined) this.#recent.delete(knock.id)
      else this.#recent.set(knock.id, before)
      this.#parts.publish({ event: 'knock-changed', knock: received.knock })
    })
    this.#recent.set(knock.id, settled)
    this.#save(settled)
    if (told !== null) this.#tell(settled, told)
    return settled
  }

  #showNext(): void {
    for (;;) {
      const next = nextToShow(this.#choices())
      if (next === undefined) return
      if (next.instead !== null) this.#sendBack(next.instead.question)
      this.#show(next.show.question, ANSWER_WITHIN_MS)
    }
  }

  #show(question: Question, lastsMs: number): void {
    this.#turn(question, 'pending', lastsMs)
  }

  /** Somebody else comes first: it waits in line again. */
  #sendBack(question: Question): void {
    this.#turn(question, 'queued', QUEUED_FOR_MS)
  }

  #turn(question: Question, state: 'pending' | 'queued', lastsMs: number): void {
    const { received } = question
    question.received = { ...received, knock: { ...received.knock, state }, told: received.told + 1 }
    this.#startClock(question, lastsMs)
    this.#save(question.received)
    const { quiet } = received.knock
    const shown = state === 'pending'
    this.#tell(question.received, { outcome: 'pending', remainingMs: Math.ceil(lastsMs), shown, quiet })
  }

  #startClock(question: Question, lastsMs: number): void {
    question.cancel()
    question.deadlineMs = this.#parts.clock.monotonicMs() + lastsMs
    question.cancel = this.#isStopped ? () => {} : this.#parts.clock.after(lastsMs, () => this.miss(question))
    const untilMs = Math.ceil(this.#parts.time.wallMs() + lastsMs)
    question.received = { ...question.received, knock: { ...question.received.knock, untilMs } }
  }

  #writeJoined(question: Question): void {
    const { joined, received } = question
    if (joined === null) return
    joined.cancel()
    question.joined = null
    const { store, time } = this.#parts
    store.database.transaction(() => {
      // Of pages nobody counts how often they came.
      if (received.knock.page === null) store.countCaller(received.knock.account, time.wallMs(), joined.count)
      this.#save(received)
    })
  }

  #tell({ knock, callers, told: seq }: Received, told: Told): void {
    const { capability } = knock
    for (const { peerId, id } of callers) this.#parts.verdicts.tell({ id, peerId, capability }, seq, told)
  }

  #save(received: Received): void {
    this.#parts.store.putReceived(received)
    this.#parts.publish({ event: 'knock-changed', knock: received.knock })
  }

  #onRollback(undo: () => void): void {
    this.#parts.store.database.onRollback(undo)
  }

  #prune(): void {
    const { store, time, isContact } = this.#parts
    const nowMs = time.wallMs()
    // Who was let in knocks for this and that, and would push the knock out whose answer is to be taken back.
    const undoable = [...this.#recent.values()].filter(({ knock }) => (knock.undoUntilMs ?? 0) > nowMs)
    const kept = new Set([...this.#open.map(({ received }) => received), ...undoable].map(({ knock }) => knock.id))
    for (const id of store.pruneReceived(kept, nowMs - RECENT_FOR_MS, isContact)) this.#recent.delete(id)
  }

  #choices(): (Queued & { question: Question })[] {
    return this.#open.map((question) => ({ ...this.#asQueued(question), question }))
  }

  #asQueued(question: Question): Queued {
    return asQueued(question, this.#parts.isContact(question.received.knock.account))
  }
}
