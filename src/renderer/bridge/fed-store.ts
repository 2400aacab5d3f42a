import { createStore, useStore, type StoreApi } from 'zustand'
import type { KeptLink } from './link.ts'
import { retryAfterMs } from './link.ts'
import { watch, type Watched } from './watch.ts'

/** A window's numbered copy of what main owns. `stale`: the stream broke and this is what was last known. */
export interface Fed<State> {
  freshness: 'loading' | 'live' | 'stale'
  state: State
}

export interface FedStore<State, Snapshot, Event> {
  api: StoreApi<Fed<State>>
  use: <Selected>(select: (fed: Fed<State>) => Selected) => Selected
  feed: (open: Open<Snapshot, Event>, link: KeptLink, signal: AbortSignal) => Promise<void>
  /** For what a call answered and no event brings, such as a page of older messages. */
  change: (change: (state: State) => State) => void
  /** As if nothing had been heard yet, also of what was heard and is not drawn. Feeds are to be over. */
  forget: () => void
}

export type Open<Snapshot, Event> = (
  input: undefined,
  options: { signal: AbortSignal },
) => Promise<AsyncIterable<Watched<Snapshot, Event>>>

export interface FedSpec<State, Snapshot, Event> {
  initial: State
  reset: (state: State, snapshot: Snapshot) => State
  apply: (state: State, event: Event) => State
}

/** A frame: a flood of events costs one rendering in this time, a single event none of it. */
const COALESCE_MS = 16

/** A store that only its feature's `watch` changes, through pure functions. */
export function createFedStore<State, Snapshot, Event>(
  spec: FedSpec<State, Snapshot, Event>,
): FedStore<State, Snapshot, Event> {
  const api = createStore<Fed<State>>(() => ({ freshness: 'loading', state: spec.initial }))
  let ahead: Fed<State> | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  const latest = (): Fed<State> => ahead ?? api.getState()
  const flush = (): void => {
    if (ahead !== null) api.setState(ahead, true)
    ahead = null
  }
  const put = (fed: Fed<State>): void => {
    ahead = fed
    if (timer !== null) return
    flush()
    timer = setTimeout(() => {
      timer = null
      flush()
    }, COALESCE_MS)
  }

  return {
    api,
    use: (select) => useStore(api, select),
    forget: () => {
      if (timer !== null) clearTimeout(timer)
      timer = null
      ahead = null
      api.setState(api.getInitialState(), true)
    },
    change: (change) => put({ ...latest(), state: change(latest().state) }),
    feed: (open, link, signal) =>
      watch(
        {
          open: (signal) => open(undefined, { signal }),
          onSnapshot: (snapshot) => put({ freshness: 'live', state: spec.reset(latest().state, snapshot) }),
          onEvent: (event) => put({ freshness: 'live', state: spec.apply(latest().state, event) }),
          onBreak: () => {
            if (latest().freshness === 'live') put({ ...latest(), freshness: 'stale' })
          },
          ready: async (breaks, signal) => {
            if (breaks > 0) await pause(retryAfterMs(breaks - 1), signal)
            await link.whenOpen(signal)
          },
        },
        signal,
      ),
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
