import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Message } from '../../protocols/consensus/index.ts'
import { asWitness, begin, proposed, received, roundEnded } from './dolev-strong.ts'
import { LINGER_ROUNDS, STOOD_STILL_ROUNDS } from './limits.ts'
import { endOf, roundAt } from './rounds.ts'
import type { SignedStore, ToSign } from './signed-store.ts'
import { refused, type Effect, type Seat, type State, type Step, type Verdict } from './state.ts'
import type { ConsensusEvent, Slot } from './types.ts'

/** An event of this session, without saying so. */
type Told = WithoutPlace<ConsensusEvent>
type WithoutPlace<One> = One extends unknown ? Omit<One, 'slot' | 'parent' | 'session' | 'offsetMs'> : never

export interface RunnerParts {
  readonly seat: Seat
  readonly slot: Pick<Slot, 'startMs' | 'roundMs'>
  readonly clock: Clock
  readonly store: SignedStore
  /** Why it may only watch, whatever is written; null where nothing stands against a vote. */
  readonly bar: string | null
  /** To one validator, without waiting. */
  readonly send: (to: number, message: Message) => void
  readonly tell: (event: ConsensusEvent) => void
  /** Its last commits have had their time. */
  readonly done: () => void
}

/**
 * One session on a clock: calls the steps when their time comes, writes down what they sign, and then sends. The slot's
 * start is a wall time, as all machines must agree on it; from there on it counts on the monotonic hand, so that a
 * clock that is set in the middle moves no round.
 */
export class Runner {
  readonly #parts: RunnerParts
  /** When the slot began or begins, on the monotonic hand. */
  readonly #startMs: number
  #state: State
  #ended = 0
  #timers: Cancel[] = []
  #isClosed = false

  constructor(parts: RunnerParts) {
    const { clock, seat, slot, store } = parts
    this.#parts = parts
    this.#startMs = clock.monotonicMs() + slot.startMs - clock.nowMs()
    const late = this.offsetMs > STOOD_STILL_ROUNDS * slot.roundMs ? 'the slot had begun before' : null
    const bar = parts.bar ?? late ?? store.bar(seat.session)
    this.#state = begin(seat, bar === null ? 'voter' : 'witness')
    if (bar !== null && seat.me !== null) this.#tell({ event: 'abstained', why: bar })
    this.#arm()
  }

  /** Since the slot's start, below 0 before it. */
  get offsetMs(): number {
    return this.#parts.clock.monotonicMs() - this.#startMs
  }

  get isVoter(): boolean {
    return this.#state.role === 'voter'
  }

  /** Says so when the slot begins. `mayNow` is asked in that moment: null, or why not. */
  propose(payload: Uint8Array, mayNow: (lateMs: number) => string | null): void {
    const { clock, seat } = this.#parts
    const go = (): void => {
      if (this.#isClosed) return
      const why = mayNow(Math.max(0, this.offsetMs))
      if (why === null) {
        const verdict = this.#take(() => proposed(seat, this.#state, payload))
        if (verdict.verdict !== 'refused') return
        this.#tell({ event: 'abstained', why: verdict.why })
      } else this.#tell({ event: 'abstained', why })
    }
    if (this.offsetMs >= 0) go()
    else this.#timers.push(clock.after(-this.offsetMs, go))
  }

  /** In the round of this moment, whenever the bytes came: what waits here for its turn is late for the others too. */
  receive(message: Message): Verdict {
    this.#endRounds()
    const { seat, slot } = this.#parts
    return this.#take(() => received(seat, this.#state, message, roundAt(this.offsetMs, slot.roundMs)))
  }

  close(): void {
    this.#isClosed = true
    for (const cancel of this.#timers) cancel()
    this.#timers = []
  }

  /** A timer for the end of the next round; after the last one, for the end of it all. */
  #arm(): void {
    const { clock, seat, slot, done } = this.#parts
    const isLast = this.#ended >= seat.session.needs.rounds
    const dueMs = endOf(isLast ? this.#ended + LINGER_ROUNDS : this.#ended + 1, slot.roundMs)
    const cancel = clock.after(dueMs - this.offsetMs, () => {
      if (isLast) return done()
      this.#endRounds()
      this.#arm()
    })
    // What fired before has nothing left to cancel, but for a proposal that still waits.
    this.#timers.push(cancel)
  }

  #endRounds(): void {
    const { seat, slot } = this.#parts
    while (this.#ended < seat.session.needs.rounds && this.offsetMs >= endOf(this.#ended + 1, slot.roundMs)) {
      const round = ++this.#ended
      const lateMs = this.offsetMs - endOf(round, slot.roundMs)
      if (this.isVoter && lateMs > STOOD_STILL_ROUNDS * slot.roundMs) {
        this.#abstain(`this machine stood still for ${Math.round(lateMs)} ms`)
      }
      this.#take(() => ({ ...roundEnded(seat, this.#state, round), verdict: { verdict: 'taken', why: 'a round ended' } }))
    }
  }

  /** Writes what the step signs, and only then makes it so; a step that cannot be written never was. */
  #take(make: () => Step): Verdict {
    const step = make()
    const toSign = step.effects.flatMap((effect): ToSign[] => (effect.effect === 'signed' ? [effect] : []))
    const why = toSign.length === 0 ? null : this.#keep(toSign)
    if (why !== null) {
      this.#abstain(why)
      return refused(this.#state, why).verdict
    }
    this.#state = step.state
    for (const effect of step.effects) this.#do(effect)
    return step.verdict
  }

  #keep(toSign: readonly ToSign[]): string | null {
    const { seat, store } = this.#parts
    try {
      const kept = store.keep(seat.session, toSign)
      return kept.verdict === 'kept' ? null : kept.why
    } catch (error) {
      return `it could not be written: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  #abstain(why: string): void {
    this.#state = asWitness(this.#state)
    this.#tell({ event: 'abstained', why })
  }

  #do(effect: Effect): void {
    switch (effect.effect) {
      case 'signed':
        return
      case 'send':
        return this.#send(effect)
      case 'noted': {
        const { by, saying, value } = effect
        const round = roundAt(this.offsetMs, this.#parts.slot.roundMs)
        return this.#tell({ event: 'signed', by, saying, value, round })
      }
      case 'decided':
        return this.#tell({ event: 'decided', outcome: effect.outcome })
      case 'certified':
        return this.#tell({ event: 'certified', certificate: effect.certificate, standing: effect.standing })
      case 'evidence':
        return this.#tell({ event: 'evidence', evidence: effect.evidence })
    }
  }

  #send({ message, payload, lacking }: Effect & { effect: 'send' }): void {
    const { seat, send } = this.#parts
    for (const to of seat.session.facts.validators.keys()) {
      if (to === seat.me) continue
      send(to, message.kind !== 'commit' && lacking.includes(to) ? { ...message, payload } : message)
    }
  }

  #tell(event: Told): void {
    const { seat, tell } = this.#parts
    const { facts, name } = seat.session
    tell({ slot: facts.slot, parent: facts.parent, session: name, offsetMs: this.offsetMs, ...event })
  }
}
