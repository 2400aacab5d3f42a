import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt } from '../../../shared/model/reach.ts'
import { replaces } from '../../platform/choice.ts'
import { deadline, type Cancel, type Clock } from '../../platform/clock.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { candidatesOf, inOrder, type Candidate, type Here } from './candidates.ts'
import { whyNotReached } from './failure.ts'
import { MAX_RACE_ADDRESSES, MAX_TRIES_AT_ONCE, NEXT_TRY_AFTER_MS, RELAYED_TRY_AFTER_MS, TRY_TIMEOUT_MS } from './limits.ts'

/*
 * Several addresses of one peer are tried almost at once, and the first that works is used (after RFC 8305): one that is
 * shut costs a moment and not its whole time. An introducer is spared where a direct address answers soon.
 */

/** What a race has come to. *Units*: times on the monotonic clock. */
export interface Standing {
  /** Best first. */
  readonly waiting: readonly Candidate[]
  readonly running: readonly Candidate[]
  /** When the last try started; null when it failed since, or there was none: nothing holds up the next. */
  readonly lastStartMs: number | null
  readonly firstDirectMs: number | null
  readonly triedRelayed: boolean
}

/** Which is tried next, and when; null while none can be. */
export function nextTry(standing: Standing): { candidate: Candidate; atMs: number } | null {
  const { waiting, running, lastStartMs, firstDirectMs, triedRelayed } = standing
  if (running.length >= MAX_TRIES_AT_ONCE) return null
  const direct = waiting.find(({ route }) => route !== 'relayed')
  const relayed = waiting.find(({ route }) => route === 'relayed')
  const inTurnMs = lastStartMs === null ? -Infinity : lastStartMs + NEXT_TRY_AFTER_MS
  if (relayed === undefined) return direct === undefined ? null : { candidate: direct, atMs: inTurnMs }
  const hasHope = direct !== undefined || running.some(({ route }) => route !== 'relayed')
  const spareUntilMs = hasHope ? (firstDirectMs ?? Infinity) + RELAYED_TRY_AFTER_MS : -Infinity
  const relayedMs = Math.max(inTurnMs, spareUntilMs)
  // The first through an introducer does not wait until every direct address has had its turn.
  const isItsTurn = direct === undefined || (!triedRelayed && relayedMs <= inTurnMs)
  return isItsTurn ? { candidate: relayed, atMs: relayedMs } : { candidate: direct, atMs: inTurnMs }
}

export interface RaceParts {
  readonly clock: Clock
  readonly here: Here
  /** One address and a new connection, that works. */
  readonly dial: (address: string, signal: AbortSignal) => Promise<RemotePeer>
  /** It came too late, and may be in use by then: it goes once nothing runs on it. */
  readonly leave: (connection: string) => void
  readonly attempted: (attempt: Attempt) => void
  /** Where addresses come from, each as soon as it knows some; told by the signal when no more are wanted. */
  readonly sources: (wanted: AbortSignal) => readonly AsyncIterable<readonly string[]>[]
}

/** The connection to a peer at whichever address answers first. Errors: AggregateError of why each did not; the signal's. */
export function race(peerId: PeerId, parts: RaceParts, signal: AbortSignal): Promise<RemotePeer> {
  return new Race(peerId, parts, signal).run()
}

interface Try {
  readonly candidate: Candidate
  readonly giveUp: AbortController
}

class Race {
  readonly #peerId: PeerId
  readonly #parts: RaceParts
  readonly #signal: AbortSignal
  readonly #ended = new AbortController()
  readonly #result = Promise.withResolvers<RemotePeer>()
  readonly #known = new Set<string>()
  readonly #running = new Set<Try>()
  readonly #failures: unknown[] = []
  #waiting: Candidate[] = []
  #sources = 0
  #winner: RemotePeer | null = null
  #lastStartMs: number | null = null
  #firstDirectMs: number | null = null
  #triedRelayed = false
  #cancel: Cancel = () => {}

  constructor(peerId: PeerId, parts: RaceParts, signal: AbortSignal) {
    this.#peerId = peerId
    this.#parts = parts
    this.#signal = signal
  }

  async run(): Promise<RemotePeer> {
    const aborted = (): void => this.#result.reject(this.#signal.reason)
    if (this.#signal.aborted) aborted()
    this.#signal.addEventListener('abort', aborted, { once: true })
    const sources = this.#parts.sources(this.#ended.signal)
    this.#sources = sources.length
    for (const source of sources) void this.#hear(source)
    this.#go()
    try {
      return await this.#result.promise
    } finally {
      this.#signal.removeEventListener('abort', aborted)
      this.#cancel()
      this.#ended.abort()
    }
  }

  async #hear(source: AsyncIterable<readonly string[]>): Promise<void> {
    try {
      for await (const addresses of source) {
        if (this.#ended.signal.aborted) return
        this.#add(addresses)
      }
    } catch (error) {
      this.#failures.push(error)
    } finally {
      this.#sources -= 1
      this.#go()
    }
  }

  #add(addresses: readonly string[]): void {
    const found = candidatesOf(this.#peerId, addresses, this.#parts.here).filter(({ address }) => !this.#known.has(address))
    for (const candidate of found.slice(0, MAX_RACE_ADDRESSES - this.#known.size)) {
      this.#known.add(candidate.address)
      this.#waiting.push(candidate)
    }
    this.#waiting = inOrder(this.#waiting)
    this.#go()
  }

  #go(): void {
    this.#cancel()
    while (!this.#ended.signal.aborted && this.#winner === null) {
      const next = nextTry({
        waiting: this.#waiting,
        running: [...this.#running].map(({ candidate }) => candidate),
        lastStartMs: this.#lastStartMs,
        firstDirectMs: this.#firstDirectMs,
        triedRelayed: this.#triedRelayed,
      })
      if (next === null) return this.#endIfLost()
      const inMs = next.atMs - this.#parts.clock.monotonicMs()
      if (inMs > 0) {
        this.#cancel = this.#parts.clock.after(inMs, () => this.#go())
        return
      }
      this.#waiting = this.#waiting.filter((one) => one !== next.candidate)
      void this.#try(next.candidate)
    }
  }

  #endIfLost(): void {
    if (this.#sources > 0 || this.#running.size > 0 || this.#waiting.length > 0) return
    if (this.#known.size > 0) this.#result.reject(new AggregateError(this.#failures, 'no address answered'))
    else this.#result.reject(new NoValidAddressesError('no address is known', { cause: this.#failures[0] }))
  }

  async #try(candidate: Candidate): Promise<void> {
    const { clock, dial } = this.#parts
    const nowMs = clock.monotonicMs()
    const atMs = clock.nowMs()
    this.#lastStartMs = nowMs
    if (candidate.route === 'relayed') this.#triedRelayed = true
    else this.#firstDirectMs ??= nowMs
    const one: Try = { candidate, giveUp: new AbortController() }
    this.#running.add(one)
    const given = AbortSignal.any([one.giveUp.signal, this.#signal])
    const { signal, release } = deadline(clock, TRY_TIMEOUT_MS, 'connecting', given)
    const report = (outcome: Attempt['outcome'], why: string | null): void => {
      const { address, route, transport } = candidate
      const tookMs = clock.monotonicMs() - nowMs
      this.#parts.attempted({ peerId: this.#peerId, atMs, address, transport, route, outcome, tookMs, why })
    }
    try {
      const peer = await dial(candidate.address, signal)
      this.#running.delete(one)
      this.#answered(peer, report)
    } catch (error) {
      this.#running.delete(one)
      if (one.giveUp.signal.aborted) return report('given-up', null)
      report('failed', whyNotReached(error))
      this.#failures.push(error)
      this.#lastStartMs = null
      this.#go()
    } finally {
      release()
    }
  }

  #answered(peer: RemotePeer, report: (outcome: Attempt['outcome'], why: string | null) => void): void {
    if (this.#winner === null && !this.#ended.signal.aborted) {
      this.#winner = peer
      report('won', null)
      this.#result.resolve(peer)
      this.#callOff(peer)
    } else if (this.#winner !== null && replaces(peer, this.#winner, this.#parts.clock.nowMs())) {
      report('late', 'It is direct, and takes the place of the relayed one.')
    } else {
      report('late', null)
      this.#parts.leave(peer.connection)
    }
  }

  /** Where an introducer was faster, direct tries that are under way go on: what comes of them is better. */
  #callOff(winner: RemotePeer): void {
    for (const { candidate, giveUp } of this.#running) {
      if (winner.route !== 'relayed' || candidate.route === 'relayed') giveUp.abort(new Error('another address answered'))
    }
  }
}

class NoValidAddressesError extends Error {
  override readonly name = 'NoValidAddressesError'
}
