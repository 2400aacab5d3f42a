import type { PeerId } from '../../../shared/ids.ts'
import type { Lookup, LookupStep } from '../../../shared/model/names.ts'
import type { Clock } from '../../platform/clock.ts'

/** More than a look-up that asks all it may ask takes; what comes after is not written down. */
const MAX_STEPS = 192

type Kind = LookupStep['step']
type Outcome = LookupStep['outcome']

interface About {
  readonly peerId?: PeerId | null
  readonly hops?: number | null
}

/** A step that runs. Only its first end counts: an answer that comes after the end of a look-up changes nothing. */
export interface RunningStep {
  end(outcome: Exclude<Outcome, 'running'>, why: string): void
}

/** What a look-up did, each step with its time from the start, in the order in which they began. */
export class Trace {
  readonly #clock: Clock
  readonly #startedMs: number
  readonly #steps: LookupStep[] = []
  readonly #onStep: ((step: LookupStep) => void) | undefined
  #isClosed = false

  /** `onStep` hears of each step when it begins and when it ends. */
  constructor(clock: Clock, onStep?: (step: LookupStep) => void, startedMs = clock.monotonicMs()) {
    this.#clock = clock
    this.#startedMs = startedMs
    this.#onStep = onStep
  }

  /** Goes on where a look-up ended: what is done with its answer (a dial) is part of the same story. */
  static after({ steps, tookMs }: Pick<Lookup, 'steps' | 'tookMs'>, clock: Clock, onStep?: (step: LookupStep) => void): Trace {
    const trace = new Trace(clock, onStep, clock.monotonicMs() - tookMs)
    trace.#steps.push(...steps)
    return trace
  }

  get tookMs(): number {
    return this.#clock.monotonicMs() - this.#startedMs
  }

  begin(step: Kind, why: string, { peerId = null, hops = null }: About = {}): RunningStep {
    const atMs = this.tookMs
    const at = this.#write({ atMs, tookMs: null, step, peerId, outcome: 'running', why, hops })
    return {
      end: (outcome, reason) => {
        const begun = at === null || this.#isClosed ? undefined : this.#steps[at]
        if (at === null || begun?.outcome !== 'running') return
        this.#steps[at] = { ...begun, tookMs: this.tookMs - atMs, outcome, why: reason }
        this.#onStep?.(this.#steps[at])
      },
    }
  }

  /** A step that took no time to speak of. */
  note(step: Kind, outcome: Exclude<Outcome, 'running'>, why: string, { peerId = null, hops = null }: About = {}): void {
    this.#write({ atMs: this.tookMs, tookMs: 0, step, peerId, outcome, why, hops })
  }

  /** Nothing is written any more; what still runs was not waited for. */
  close(): LookupStep[] {
    const nowMs = this.tookMs
    for (const [at, step] of this.#steps.entries()) {
      if (step.outcome !== 'running') continue
      this.#steps[at] = { ...step, tookMs: nowMs - step.atMs, outcome: 'late', why: 'It was not waited for.' }
    }
    this.#isClosed = true
    return this.steps()
  }

  steps(): LookupStep[] {
    return [...this.#steps]
  }

  #write(step: LookupStep): number | null {
    if (this.#isClosed || this.#steps.length >= MAX_STEPS) return null
    this.#onStep?.(step)
    return this.#steps.push(step) - 1
  }
}
