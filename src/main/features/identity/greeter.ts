import type { PeerId } from '../../../shared/ids.ts'
import { deadline, delay, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { HELLO_TIMEOUT_MS, type HelloProtocol } from '../../protocols/hello/index.ts'

/** Greetings of one peer in a row while what we say of ourselves changes: to hear of a newer list, and to say it. */
const MAX_GREETINGS = 3
/** Long enough for the connection that was closed to be known as such, short beside the 5 s of a hello. */
const AGAIN_AFTER_CUT_MS = 200

interface GreeterParts {
  readonly hello: HelloProtocol
  readonly clock: Clock
  readonly log: Log
  readonly stopping: AbortSignal
}

/** Says hello, one at a time to each peer, and again while what we say of ourselves changed meanwhile. */
export class Greeter {
  readonly #parts: GreeterParts
  readonly #greetings = new Map<PeerId, Promise<void>>()
  /** Counts the changes of what we say of ourselves. */
  #edition = 0

  constructor(parts: GreeterParts) {
    this.#parts = parts
  }

  /** What we say of ourselves is something else now. */
  announce(peers: Iterable<PeerId>): void {
    this.#edition += 1
    for (const peerId of peers) void this.greet(peerId)
  }

  /** Never rejects. */
  greet(peerId: PeerId): Promise<void> {
    const underWay = this.#greetings.get(peerId)
    if (underWay !== undefined) return underWay
    const greeting = this.#greetUntilSaid(peerId).finally(() => this.#greetings.delete(peerId))
    this.#greetings.set(peerId, greeting)
    return greeting
  }

  async settled(): Promise<void> {
    await Promise.all(this.#greetings.values())
  }

  async #greetUntilSaid(peerId: PeerId): Promise<void> {
    const { clock, hello, log, stopping } = this.#parts
    const limit = deadline(clock, HELLO_TIMEOUT_MS, 'a hello', stopping)
    try {
      for (let greetings = 0; greetings < MAX_GREETINGS; greetings += 1) {
        const said = this.#edition
        const greeting = await hello.greet(peerId, limit.signal)
        log.debug({ peer: peerId, ...greeting }, 'said hello')
        if (limit.signal.aborted) return
        const isCut = greeting.outcome === 'none' && greetings === 0
        if (this.#edition === said && !isCut) return
        // Of two connections that were made at once one is closed, and with it what was being said there.
        if (isCut) await delay(clock, AGAIN_AFTER_CUT_MS, limit.signal).catch(() => {})
      }
    } finally {
      limit.release()
    }
  }
}
