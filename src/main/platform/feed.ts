/** How far a reader may fall behind before it is told to start again: enough for a burst, little memory. */
const MAX_BEHIND = 1_000

export type Watched<Snapshot, Event> =
  | { kind: 'snapshot'; seq: number; snapshot: Snapshot }
  | { kind: 'event'; seq: number; event: Event }

/** A reader was more than 1,000 events behind and was cut off; it starts again at a snapshot. */
export class FellBehindError extends Error {
  override readonly name = 'FellBehindError'
}

/**
 * What happened, told to whoever listens. Listeners run in the order they came; one that throws is a defect of that
 * listener and is reported through `onError`, never to the one who published.
 */
export class Feed<Event> {
  readonly #listeners = new Set<(event: Event) => void>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  publish(event: Event): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  subscribe(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** How many listen now: a reader that was forgotten shows here. */
  get listeners(): number {
    return this.#listeners.size
  }

  /**
   * A snapshot, then everything published after it, numbered from 0. Listening starts before the snapshot is taken, in
   * the same turn, so nothing falls between. Ends when `signal` aborts. Errors: FellBehindError.
   */
  async *watch<Snapshot>(
    snapshot: () => Snapshot,
    signal?: AbortSignal,
  ): AsyncGenerator<Watched<Snapshot, Event>, void, void> {
    const waiting: Event[] = []
    let wake = (): void => {}
    let fellBehind = false
    const unsubscribe = this.subscribe((event) => {
      if (waiting.length < MAX_BEHIND) waiting.push(event)
      else {
        fellBehind = true
        unsubscribe()
      }
      wake()
    })
    // At once, and not when somebody next reads: nobody may read again.
    const aborted = (): void => {
      unsubscribe()
      waiting.length = 0
      wake()
    }
    signal?.addEventListener('abort', aborted)
    try {
      let seq = 0
      yield { kind: 'snapshot', seq: seq++, snapshot: snapshot() }
      for (;;) {
        if (signal?.aborted === true) return
        if (fellBehind) throw new FellBehindError(`more than ${MAX_BEHIND} events behind`)
        const event = waiting.shift()
        if (event !== undefined) yield { kind: 'event', seq: seq++, event }
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      signal?.removeEventListener('abort', aborted)
      unsubscribe()
    }
  }
}

/** Hands `onItem` all that `watch` gives, to its end; where it fell behind, from a new snapshot on. */
export async function follow<Snapshot, Event>(
  watch: () => AsyncIterable<Watched<Snapshot, Event>>,
  onItem: (item: Watched<Snapshot, Event>) => void,
): Promise<void> {
  try {
    for await (const item of watch()) onItem(item)
  } catch (error) {
    if (error instanceof FellBehindError) return follow(watch, onItem)
    throw error
  }
}
