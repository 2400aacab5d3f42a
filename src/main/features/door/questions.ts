import type { KnockId, PeerId } from '../../../shared/ids.ts'
import type { Knock, Rule } from '../../../shared/model/door.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { OpenFor } from '../../protocols/knock/index.ts'
import type { Journal } from './journal.ts'
import { ANSWER_WITHIN_MS, QUEUED_FOR_MS, RECENT_FOR_MS, UNDO_LEAVES_MS } from './limits.ts'
import { nextToShow, type Queued } from './queue.ts'
import type { DoorStore, Received } from './store.ts'
import type { DoorTime } from './time.ts'
import type { DoorEvent } from './types.ts'
import type { Told, Verdicts } from './verdicts.ts'
import type { Visitor } from './visitor.ts'

/** A knock that waits for a person. */
export interface Question {
  received: Received
  readonly isContact: boolean
  readonly isPaid: boolean
  /** The connection on which it came. */
  readonly connection: string
  /** On the monotonic clock: setting the machine's clock neither prolongs nor ends it. */
  deadlineMs: number
  cancel: Cancel
}

interface Parts {
  readonly clock: Clock
  readonly time: DoorTime
  readonly store: DoorStore
  readonly verdicts: Verdicts
  readonly journal: Journal
  readonly publish: (event: DoorEvent) => void
}

/** The questions before the person, those that wait their turn, and what became of the last ones. */
export class Questions {
  readonly #parts: Parts
  /** In the order in which they came. */
  #open: Question[] = []
  readonly #recent = new Map<KnockId, Received>()
  #isStopped = false

  constructor(parts: Parts) {
    this.#parts = parts
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
    return this.#open.map(asQueued)
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

  add(received: Received, about: Pick<Question, 'isContact' | 'isPaid' | 'connection'>): Question {
    const question: Question = { ...about, received, deadlineMs: 0, cancel: () => {} }
    this.#open.push(question)
    this.#startClock(question, received.knock.state === 'pending' ? ANSWER_WITHIN_MS : QUEUED_FOR_MS)
    this.#save(question.received)
    return question
  }

  change(question: Question, change: Partial<Received>): void {
    question.received = { ...question.received, ...change }
    this.#save(question.received)
  }

  /** Takes a question away from the person; `settle` then says what became of it. */
  take(question: Question): void {
    question.cancel()
    this.#open = this.#open.filter((other) => other !== question)
  }

  /** What became of a knock that is not open any more. `null` tells the knockers nothing. */
  settle(received: Received, state: Knock['state'], told: Told | null, undoUntilMs: number | null = null): Received {
    const settled = this.#settle(received, state, told, undoUntilMs)
    this.#prune()
    this.#showNext()
    return settled
  }

  /** An answer was taken back: the question is there again, before others, with `leftMs` or a little more. */
  reopen(
    id: KnockId,
    about: Pick<Question, 'isContact' | 'isPaid' | 'connection'>,
    leftMs: number,
  ): Question | undefined {
    const received = this.#recent.get(id)
    if (received === undefined) return undefined
    this.#recent.delete(id)
    const knock: Knock = { ...received.knock, state: 'queued', answeredMs: null, undoUntilMs: null }
    const question: Question = { ...about, received: { ...received, knock }, deadlineMs: 0, cancel: () => {} }
    this.#open.unshift(question)
    if (nextToShow(this.queue())?.id === id) {
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

  /** What is open stays so in the database, and is missed at the next start. */
  stop(): void {
    this.#isStopped = true
    for (const question of this.#open) question.cancel()
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
    this.#recent.set(knock.id, settled)
    this.#save(settled)
    if (told !== null) this.#tell(settled, told)
    return settled
  }

  #showNext(): void {
    for (;;) {
      const next = nextToShow(this.#open.map((question) => ({ ...asQueued(question), question })))
      if (next === undefined) return
      this.#show(next.question, ANSWER_WITHIN_MS)
    }
  }

  #show(question: Question, lastsMs: number): void {
    const received = question.received
    question.received = { ...received, knock: { ...received.knock, state: 'pending' }, told: received.told + 1 }
    this.#startClock(question, lastsMs)
    this.#save(question.received)
    this.#tell(question.received, { outcome: 'pending', remainingMs: Math.ceil(lastsMs) })
  }

  #startClock(question: Question, lastsMs: number): void {
    question.cancel()
    question.deadlineMs = this.#parts.clock.monotonicMs() + lastsMs
    question.cancel = this.#isStopped ? () => {} : this.#parts.clock.after(lastsMs, () => this.miss(question))
    const untilMs = Math.ceil(this.#parts.time.wallMs() + lastsMs)
    question.received = { ...question.received, knock: { ...question.received.knock, untilMs } }
  }

  #tell({ knock, callers, told: seq }: Received, told: Told): void {
    const { capability } = knock
    for (const { peerId, id } of callers) this.#parts.verdicts.tell({ id, peerId, capability }, seq, told)
  }

  #save(received: Received): void {
    this.#parts.store.putReceived(received)
    this.#parts.publish({ event: 'knock-changed', knock: received.knock })
  }

  #prune(): void {
    const open = new Set(this.#open.map((question) => question.received.knock.id))
    const gone = this.#parts.store.pruneReceived(open, this.#parts.time.wallMs() - RECENT_FOR_MS)
    for (const id of gone) this.#recent.delete(id)
  }
}

/** Who knocked; on a connection that is still there if one is given. */
export function visitorOf(knock: Knock, connection = ''): Visitor {
  const { account, peerId, capability, about, route, through } = knock
  return { account, peerId, capability, about, route, through, connection }
}

/** How long an allowance lasts, in the words that the other side is told. A default lasts, but nobody promised it. */
export function openFor(rule: Rule | undefined): OpenFor {
  if (rule?.until.kind === 'forever') return 'forever'
  return rule?.until.kind === 'once' || rule?.until.kind === 'connection' ? 'once' : 'quit'
}

function isOpen(knock: Knock): boolean {
  return knock.state === 'pending' || knock.state === 'queued'
}

function asQueued({ received: { knock }, isContact, isPaid }: Question): Queued {
  const { id, account, capability } = knock
  return { id, account, capability, isContact, isPaid, isShown: knock.state === 'pending' }
}
