import type { Watched } from '../../src/renderer/bridge/watch.ts'

/** Tells each watcher a snapshot, then what happens, numbered from 0 in each stream. */
export class Broadcast<Event> {
  readonly #tellers = new Set<(event: Event) => void>()

  tell(event: Event): void {
    for (const teller of this.#tellers) teller(event)
  }

  async *watch<Snapshot>(snapshot: () => Snapshot, signal?: AbortSignal): AsyncGenerator<Watched<Snapshot, Event>> {
    const waiting: Event[] = []
    let wake = (): void => {}
    const teller = (event: Event): void => {
      waiting.push(event)
      wake()
    }
    this.#tellers.add(teller)
    signal?.addEventListener('abort', () => wake())
    try {
      let seq = 0
      yield { kind: 'snapshot', seq, snapshot: snapshot() }
      for (;;) {
        signal?.throwIfAborted()
        const event = waiting.shift()
        if (event !== undefined) {
          seq += 1
          yield { kind: 'event', seq, event }
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      this.#tellers.delete(teller)
    }
  }
}
