import { deadline, type Clock } from '../../platform/clock.ts'
import { orAborted } from '../../platform/or-aborted.ts'
import { Places } from '../../platform/places.ts'
import { MAX_LOOK_UPS, MAX_LOOK_UPS_OF_CONTACT, RESOLVE_TIMEOUT_MS } from './limits.ts'
import type { ExitParts } from './types.ts'

/**
 * Hosts that are looked up for others: so many at once, so many of them for one contact, and each for so long. The
 * system's resolver cannot be told to stop: what is given up here goes on there, and keeps its place until it has ended.
 */
export class LookUps {
  readonly #clock: Clock
  readonly #resolve: ExitParts['resolve']
  readonly #places = new Places<string>({ all: MAX_LOOK_UPS, each: MAX_LOOK_UPS_OF_CONTACT })
  /** Resolves, and is replaced, when a place is given back. */
  #free = Promise.withResolvers<void>()

  constructor(clock: Clock, resolve: ExitParts['resolve']) {
    this.#clock = clock
    this.#resolve = resolve
  }

  /**
   * All addresses of a host. `whose`: the contact for whom. *Errors*: those of the resolver; DeadlineError, also for a
   * turn that did not come; the signal's reason.
   */
  async addressesOf(host: string, whose: string, gone: AbortSignal): Promise<readonly string[]> {
    const { signal, release } = deadline(this.#clock, RESOLVE_TIMEOUT_MS, 'resolving a host', gone)
    try {
      const giveBack = await this.#turn(whose, signal)
      const resolving = this.#begun(host, signal)
      const over = (): void => {
        giveBack()
        const { resolve } = this.#free
        this.#free = Promise.withResolvers<void>()
        resolve()
      }
      resolving.then(over, over)
      return await orAborted(resolving, signal)
    } finally {
      release()
    }
  }

  /** An error that is thrown is one that is told. */
  async #begun(host: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#resolve(host, signal)
  }

  async #turn(whose: string, signal: AbortSignal): Promise<() => void> {
    for (;;) {
      signal.throwIfAborted()
      const giveBack = this.#places.take(whose)
      if (giveBack !== null) return giveBack
      await orAborted(this.#free.promise, signal)
    }
  }
}
