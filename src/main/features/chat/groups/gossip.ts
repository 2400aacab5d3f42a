import type { ConversationId } from '../../../../shared/ids.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import { ANNOUNCE_AFTER_MS, MAX_PUT_OFF, SEND_AFTER_MS } from './limits.ts'

/** Where it is said to: every stream. */
export interface Streams {
  /** Says up to where the logs are here that the other side may lack. */
  announce(conversation: ConversationId): void
  /** Sends what the other side lacks, by all that it said. */
  poke(conversation: ConversationId): void
}

/**
 * What others wrote in a group goes on to all of its members, as the author may not reach them. Mostly they have it already:
 * so everybody first says what they have, a line in place of the entries, and a moment later sends what is still lacking.
 * Without that each entry would come to each member once from every other: with 50 of them 2,400 times.
 */
export class Gossip {
  readonly #clock: Clock
  readonly #streams: Streams
  /** To be announced, by how often their sending was put off for it. */
  readonly #pending = new Map<ConversationId, number>()
  readonly #timers = new Set<Cancel>()

  constructor(clock: Clock, streams: Streams) {
    this.#clock = clock
    this.#streams = streams
  }

  stop(): void {
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
  }

  spread(conversation: ConversationId): void {
    if (this.#pending.has(conversation)) return
    this.#pending.set(conversation, 0)
    this.#after(ANNOUNCE_AFTER_MS, () => {
      const times = this.#pending.get(conversation) ?? 0
      this.#pending.delete(conversation)
      this.#streams.announce(conversation)
      this.#after(SEND_AFTER_MS, () => this.#send(conversation, times))
    })
  }

  /** More came since that is not announced: it all goes once that is, but not for ever. */
  #send(conversation: ConversationId, putOff: number): void {
    if (this.#pending.has(conversation) && putOff < MAX_PUT_OFF) this.#pending.set(conversation, putOff + 1)
    else this.#streams.poke(conversation)
  }

  #after(delayMs: number, run: () => void): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers.delete(cancel)
      run()
    })
    this.#timers.add(cancel)
  }
}
