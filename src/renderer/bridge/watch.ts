/** One item of a feature's `watch`: the snapshot comes first, what happened after it carries the next number. */
export type Watched<Snapshot, Event> =
  | { kind: 'snapshot'; seq: number; snapshot: Snapshot }
  | { kind: 'event'; seq: number; event: Event }

export interface Watcher<Snapshot, Event> {
  open: (signal: AbortSignal) => Promise<AsyncIterable<Watched<Snapshot, Event>>>
  onSnapshot: (snapshot: Snapshot) => void
  onEvent: (event: Event) => void
  /** The stream broke: what is held is a copy of the past until the next snapshot. */
  onBreak: () => void
  /** Resolves when it makes sense to open the stream again, after `breaks` breaks in a row. */
  ready: (breaks: number, signal: AbortSignal) => Promise<void>
}

class Gap extends Error {}

/**
 * Follows a feature's stream until `signal` aborts. A missing number, an end or an error all lead to the same place:
 * a new stream, which starts at a snapshot. Nothing is replayed and nothing is guessed.
 */
export async function watch<Snapshot, Event>(watcher: Watcher<Snapshot, Event>, signal: AbortSignal): Promise<void> {
  let breaks = 0
  for (;;) {
    await watcher.ready(breaks, signal)
    if (signal.aborted) return
    try {
      await follow(watcher, signal, () => {
        breaks = 0
      })
    } catch {
      // The cause is the node's to log; here every break has the same remedy.
    }
    if (signal.aborted) return
    breaks += 1
    watcher.onBreak()
  }
}

async function follow<Snapshot, Event>(
  watcher: Watcher<Snapshot, Event>,
  signal: AbortSignal,
  onHealthy: () => void,
): Promise<void> {
  let seq: number | null = null
  for await (const item of await watcher.open(signal)) {
    if (signal.aborted) return
    if (item.kind === 'snapshot') {
      watcher.onSnapshot(item.snapshot)
      onHealthy()
    } else {
      if (seq === null || item.seq !== seq + 1) throw new Gap(`event ${item.seq} after ${seq ?? 'nothing'}`)
      watcher.onEvent(item.event)
    }
    seq = item.seq
  }
}
