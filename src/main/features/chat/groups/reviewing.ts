import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { ConversationId, PeerId } from '../../../../shared/ids.ts'
import type { Log } from '../../../platform/log.ts'
import { REVIEWED_A_TURN } from './limits.ts'

/** A log of a talk. */
export interface Place {
  readonly key: number
  readonly talk: ConversationId
  readonly device: PeerId
}

interface ReviewingParts {
  readonly log: Log
  /** Brings what lies in a log behind `from`, up to `to`, to what the roster says by now. True: nothing lies behind `to`. */
  readonly look: (place: Place, from: number, to: number) => boolean
}

/** Logs of talks of which more or less is seen than before: from their beginning, some entries in each turn. */
export class Reviewing {
  readonly #parts: ReviewingParts
  /** By log: up to where it was looked at. */
  readonly #due = new Map<number, { readonly place: Place; readonly from: number }>()
  #working: Promise<void> | null = null
  #stopped = true

  constructor(parts: ReviewingParts) {
    this.#parts = parts
  }

  /** What was under way when the process ended is looked at from its beginning. */
  start(places: readonly Place[]): void {
    this.#stopped = false
    for (const place of places) this.add(place)
  }

  add(place: Place): void {
    this.#due.set(place.key, { place, from: 0 })
    if (this.#stopped || this.#working !== null) return
    this.#working = this.#work()
      .catch((error: unknown) => this.#parts.log.error({ error }, 'what is seen of a group could not be brought up to date'))
      .finally(() => (this.#working = null))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
  }

  async #work(): Promise<void> {
    for (;;) {
      // First of all the transaction in which the roster changed ends.
      await turnOfTheLoop()
      const [next] = this.#due.values()
      if (next === undefined || this.#stopped) return
      const { place, from } = next
      const to = from + REVIEWED_A_TURN
      if (this.#parts.look(place, from, to)) this.#due.delete(place.key)
      else this.#due.set(place.key, { place, from: to })
    }
  }
}
