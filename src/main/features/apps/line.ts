import type { Cancellation, ExchangeId } from '../../../shared/model/apps.ts'
import { LatchError } from '../../../shared/errors.ts'
import type { IncomingRequest, ServeEvent } from './types.ts'

/** Why a program is no longer on the line. */
export type Left = 'left' | 'replaced' | 'revoked'

/**
 * One program that listens: what it is asked, in order, as fast as it takes it. Bounded by the requests that may be open
 * to it: each waits here once, with one cancellation at most.
 */
export class Line {
  readonly #gone = new AbortController()
  readonly #waiting: ServeEvent[] = []
  readonly #handed = new Set<ExchangeId>()
  #left: Left | null = null
  #wake: () => void = () => {}

  /** Aborts when nobody listens here any more. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  /** Whether the program has this request: it may have acted on it. */
  hasHandedOver(id: ExchangeId): boolean {
    return this.#handed.has(id)
  }

  request(request: IncomingRequest): void {
    this.#waiting.push({ event: 'request', request })
    this.#wake()
  }

  /** Says so to a program that has the request; one that has not heard of it never will. */
  cancelled(id: ExchangeId, why: Cancellation): void {
    if (this.#handed.delete(id)) this.#waiting.push({ event: 'cancelled', id, why })
    else this.#forget(id)
    this.#wake()
  }

  answered(id: ExchangeId): void {
    this.#handed.delete(id)
  }

  close(left: Left): void {
    if (this.#left !== null) return
    this.#left = left
    // Before what waits is dropped: who is told looks whether it was handed over.
    this.#gone.abort(new Error(`the program ${left}`))
    this.#waiting.length = 0
    this.#wake()
  }

  /** What comes, one after another; ends when the program leaves. Errors: LatchError CONFLICT, UNAUTHORIZED. */
  async *events(): AsyncGenerator<ServeEvent, void, void> {
    for (;;) {
      const event = this.#waiting.shift()
      if (event !== undefined) {
        if (event.event === 'request') this.#handed.add(event.request.id)
        yield event
      } else if (this.#left === null) await new Promise<void>((resolve) => (this.#wake = resolve))
      else return this.#sayWhy()
    }
  }

  #sayWhy(): void {
    if (this.#left === 'replaced') throw new LatchError('CONFLICT', 'Another process of this program took its place.')
    if (this.#left === 'revoked') throw new LatchError('UNAUTHORIZED', 'This program was removed, or has a new token.')
  }

  #forget(id: ExchangeId): void {
    const at = this.#waiting.findIndex((event) => event.event === 'request' && event.request.id === id)
    if (at >= 0) this.#waiting.splice(at, 1)
  }
}
