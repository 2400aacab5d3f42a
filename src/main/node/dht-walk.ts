import type { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import { distanceOf, placeOfPeer, type Place } from '../features/names/index.ts'
import type { Clock } from '../platform/clock.ts'
import { K } from './dht-library.ts'

/*
 * Kademlia's iteration: from those of the table that lie nearest to a key on to those they name. What the library's own
 * lacks: devices that are connected come first, every answer is told as it comes, and nobody who is slow is waited for.
 */

/** Asked at once where there is a connection: a round trip each, and no dial. */
export const ASKED_AT_ONCE = 10
/** Until one has answered: the nearest have it, and each question more is some milliseconds in which none is heard. */
export const ASKED_FIRST = 3
/** Dials at once: some 6 ms of this thread each, and a stranger may have named them. */
export const DIALLED_AT_ONCE = 4
/** Asked in one walk, at most: somebody who names new devices at each answer leads nobody on for ever. */
export const MAX_ASKED = 3 * K
/** Looked at, of those that one answer names. */
export const MAX_CLOSER = K

/** Nobody answered yet: so long is waited for somebody who is connected, and for a dial. */
const FIRST_MS = { connected: 2 * SECOND, dialled: 4 * SECOND }
/** Others answered: so many times the slowest of them, within these bounds. A dial takes four round trips or five. */
const PATIENCE = { connected: { times: 4, leastMs: 250, mostMs: 1_500 }, dialled: { times: 8, leastMs: 750, mostMs: 3_000 } }

export interface Closer {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
}

export interface Answer {
  readonly closer: readonly Closer[]
  /** Under the key. */
  readonly record: Uint8Array | null
}

export interface WalkParts {
  readonly clock: Clock
  readonly me: PeerId
  /** Of the key. */
  readonly place: Place
  /** Of the table; of any number. */
  readonly start: readonly Closer[]
  readonly isConnected: (peerId: PeerId) => boolean
  readonly ask: (peer: Closer, signal: AbortSignal) => Promise<Answer>
  /** Was asked, and had not answered when its time was up and the walk was over. */
  readonly late: (peerId: PeerId) => void
  readonly signal: AbortSignal
}

export type WalkEvent =
  /** One of the nearest as far as is known by now. */
  | { readonly event: 'met'; readonly peer: Closer; readonly hops: number }
  | { readonly event: 'answered'; readonly peerId: PeerId; readonly hops: number; readonly record: Uint8Array | null }
  | { readonly event: 'failed'; readonly peerId: PeerId; readonly hops: number; readonly error: unknown }

interface Candidate extends Closer {
  readonly distance: Uint8Array
  readonly hops: number
  state: 'new' | 'asked' | 'answered' | 'failed'
}

interface UnderWay {
  readonly kind: 'connected' | 'dialled'
  readonly sinceMs: number
}

/** How long is waited for one that is under way. Pure. */
export function patienceMs(kind: UnderWay['kind'], slowestMs: number | null): number {
  if (slowestMs === null) return FIRST_MS[kind]
  const { times, leastMs, mostMs } = PATIENCE[kind]
  return Math.min(mostMs, Math.max(leastMs, times * slowestMs))
}

/**
 * Ends when of the nearest all were asked and answered, failed or are late; with whoever reads; or with the signal. Never
 * rejects. Whoever is under way then is not waited for.
 */
export async function* walk(parts: WalkParts): AsyncGenerator<WalkEvent, void, void> {
  const steps = new Walk(parts)
  try {
    yield* steps.run()
  } finally {
    steps.stop()
  }
}

class Walk {
  readonly #parts: WalkParts
  /** The nearest first. */
  #candidates: Candidate[] = []
  readonly #seen = new Set<PeerId>()
  readonly #underWay = new Map<Candidate, UnderWay>()
  readonly #events: WalkEvent[] = []
  readonly #stop = new AbortController()
  #asked = 0
  #slowestMs: number | null = null
  #wake: () => void = () => {}

  constructor(parts: WalkParts) {
    this.#parts = parts
    this.#seen.add(parts.me)
  }

  stop(): void {
    for (const one of this.#underWay.keys()) if (this.#leftMs(one) <= 0) this.#parts.late(one.peerId)
    this.#stop.abort(new Error('the walk is over'))
    this.#wake()
  }

  async *run(): AsyncGenerator<WalkEvent, void, void> {
    const { signal } = this.#parts
    const aborted = (): void => this.#wake()
    signal.addEventListener('abort', aborted, { once: true })
    try {
      this.#meet(this.#parts.start, 0)
      for (;;) {
        this.#askOn()
        for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) yield next
        if (signal.aborted) return
        // Something may have come while the reader was at work.
        this.#askOn()
        if (this.#events.length > 0) continue
        const waitMs = this.#waitMs()
        if (waitMs === null) return
        await this.#turn(waitMs)
      }
    } finally {
      signal.removeEventListener('abort', aborted)
    }
  }

  /** Resolves when something came, or one more is late. */
  #turn(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(waitMs, () => this.#wake())
      this.#wake = () => {
        cancel()
        this.#wake = () => {}
        resolve()
      }
    })
  }

  #nearest(): Candidate[] {
    return this.#candidates.filter(({ state }) => state !== 'failed').slice(0, K)
  }

  #askOn(): void {
    if (this.#parts.signal.aborted || this.#stop.signal.aborted) return
    const waiting = this.#nearest().filter(({ state }) => state === 'new')
    const inTime = [...this.#underWay].filter(([one]) => this.#leftMs(one) > 0)
    const room = { connected: this.#slowestMs === null ? ASKED_FIRST : ASKED_AT_ONCE, dialled: DIALLED_AT_ONCE }
    for (const [, { kind }] of inTime) room[kind] -= 1
    for (const candidate of waiting) {
      const kind = this.#parts.isConnected(candidate.peerId) ? 'connected' : 'dialled'
      if (room[kind] <= 0 || this.#asked >= MAX_ASKED) continue
      room[kind] -= 1
      this.#ask(candidate, kind)
    }
  }

  #ask(candidate: Candidate, kind: UnderWay['kind']): void {
    const { clock, ask } = this.#parts
    const sinceMs = clock.monotonicMs()
    candidate.state = 'asked'
    this.#asked += 1
    this.#underWay.set(candidate, { kind, sinceMs })
    const { peerId, hops } = candidate
    const ended = (state: 'answered' | 'failed', event: WalkEvent): void => {
      this.#underWay.delete(candidate)
      if (this.#stop.signal.aborted || this.#parts.signal.aborted) return
      candidate.state = state
      this.#events.push(event)
      this.#wake()
    }
    ask(candidate, AbortSignal.any([this.#parts.signal, this.#stop.signal])).then(
      ({ closer, record }) => {
        this.#slowestMs = Math.max(this.#slowestMs ?? 0, clock.monotonicMs() - sinceMs)
        ended('answered', { event: 'answered', peerId, hops, record })
        this.#meet(closer.slice(0, MAX_CLOSER), hops + 1)
      },
      (error: unknown) => ended('failed', { event: 'failed', peerId, hops, error }),
    )
  }

  #meet(closer: readonly Closer[], hops: number): void {
    const met: Candidate[] = []
    for (const { peerId, addresses } of closer) {
      if (this.#seen.has(peerId)) continue
      this.#seen.add(peerId)
      met.push({ peerId, addresses, hops, state: 'new', distance: distanceOf(this.#parts.place, placeOfPeer(peerId)) })
    }
    this.#candidates = [...this.#candidates, ...met].toSorted((a, b) => Buffer.compare(a.distance, b.distance))
    const nearest = new Set(this.#nearest())
    for (const one of met.toSorted((a, b) => Buffer.compare(a.distance, b.distance))) {
      if (nearest.has(one)) this.#events.push({ event: 'met', peer: one, hops })
    }
  }

  /** Until the next one that is under way is late; null: nobody is left to wait for. */
  #waitMs(): number | null {
    const nearest = new Set(this.#nearest())
    // Where one of the nearest waits for room, so does the walk for whoever takes it, however far away that one lies by now.
    const isRoomWanted = this.#asked < MAX_ASKED && [...nearest].some(({ state }) => state === 'new')
    const left = [...this.#underWay.keys()].filter((one) => isRoomWanted || nearest.has(one)).map((one) => this.#leftMs(one))
    const waits = left.filter((ms) => ms > 0)
    return waits.length === 0 ? null : Math.min(...waits)
  }

  /** Until it is late: 0 and less, it is. */
  #leftMs(candidate: Candidate): number {
    const underWay = this.#underWay.get(candidate)
    if (underWay === undefined) return 0
    return patienceMs(underWay.kind, this.#slowestMs) - (this.#parts.clock.monotonicMs() - underWay.sinceMs)
  }
}
