import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFedStore } from '../../../../src/renderer/bridge/fed-store.ts'
import { KeptLink } from '../../../../src/renderer/bridge/link.ts'
import type { Watched } from '../../../../src/renderer/bridge/watch.ts'

const newStore = () =>
  createFedStore<number[], number[], number>({
    initial: [],
    reset: (_, snapshot) => snapshot,
    apply: (state, event) => [...state, event],
  })

let link: KeptLink
let closing: AbortController

beforeEach(() => {
  vi.useFakeTimers()
  closing = new AbortController()
  link = new KeptLink(async () => ({ link: { call: async () => null }, closed: new Promise(() => {}) }))
  void link.keep()
})

afterEach(() => {
  closing.abort()
  link.stop()
  vi.useRealTimers()
})

function feed(store: ReturnType<typeof newStore>, ...streams: Watched<number[], number>[][]): void {
  void store.feed(
    async () => {
      const items = streams.shift()
      if (items === undefined) return new Promise(() => {})
      return (async function* () {
        yield* items
        if (streams.length === 0) await new Promise(() => {})
      })()
    },
    link,
    closing.signal,
  )
}

const snapshot = (...snapshot: number[]): Watched<number[], number> => ({ kind: 'snapshot', seq: 0, snapshot })
const events = (count: number): Watched<number[], number>[] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'event', seq: index + 1, event: index + 1 }))

test('a store is loading until its snapshot, and live from then on', async () => {
  const store = newStore()
  expect(store.api.getState()).toEqual({ freshness: 'loading', state: [] })
  feed(store, [snapshot(7), ...events(2)])
  await vi.advanceTimersByTimeAsync(20)
  expect(store.api.getState()).toEqual({ freshness: 'live', state: [7, 1, 2] })
})

test('a flood of events costs a few changes, and none of it is lost', async () => {
  const store = newStore()
  let changes = 0
  store.api.subscribe(() => (changes += 1))
  feed(store, [snapshot(), ...events(10_000)])
  await vi.advanceTimersByTimeAsync(100)
  expect(store.api.getState().state).toHaveLength(10_000)
  expect(changes).toBeLessThan(10)
})

test('what was known stays, marked stale, while the stream is broken, and a snapshot replaces it', async () => {
  const store = newStore()
  const freshness: string[] = []
  store.api.subscribe((fed) => freshness.push(fed.freshness))
  feed(store, [snapshot(1), ...events(1)], [snapshot(5)])
  await vi.advanceTimersByTimeAsync(100)
  expect(store.api.getState()).toEqual({ freshness: 'stale', state: [1, 1] })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(store.api.getState()).toEqual({ freshness: 'live', state: [5] })
  expect(new Set(freshness)).toEqual(new Set(['live', 'stale']))
})

test('what a call answered is put on top of what the events said, in the order in which they came', async () => {
  const store = newStore()
  feed(store, [snapshot(1)])
  await vi.advanceTimersByTimeAsync(0)
  store.change((state) => [...state, 2])
  store.change((state) => [...state, 3])
  await vi.advanceTimersByTimeAsync(20)
  expect(store.api.getState().state).toEqual([1, 2, 3])
})

test('what was heard and not drawn yet is forgotten with the rest, and what comes later starts from nothing', async () => {
  const store = newStore()
  store.change((state) => [...state, 1])
  store.change((state) => [...state, 2])
  store.forget()
  await vi.advanceTimersByTimeAsync(100)
  expect(store.api.getState()).toEqual({ freshness: 'loading', state: [] })
  store.change((state) => [...state, 3])
  expect(store.api.getState().state).toEqual([3])
})
