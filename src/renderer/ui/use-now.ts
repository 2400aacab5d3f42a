import { useSyncExternalStore } from 'react'

/** One timer per period, however many components read the time; the value moves in whole periods. */
const clocks = new Map<number, { listeners: Set<() => void>; timer: ReturnType<typeof setInterval> }>()

/** The time on this machine, in ms since the epoch, renewed every `everyMs`. */
export function useNow(everyMs: number): number {
  return useSyncExternalStore(
    (listener) => subscribe(everyMs, listener),
    () => Math.floor(Date.now() / everyMs) * everyMs,
  )
}

function subscribe(everyMs: number, listener: () => void): () => void {
  const clock = clocks.get(everyMs) ?? start(everyMs)
  clock.listeners.add(listener)
  return () => {
    clock.listeners.delete(listener)
    if (clock.listeners.size > 0) return
    clearInterval(clock.timer)
    clocks.delete(everyMs)
  }
}

function start(everyMs: number): { listeners: Set<() => void>; timer: ReturnType<typeof setInterval> } {
  const listeners = new Set<() => void>()
  const timer = setInterval(() => {
    for (const listener of listeners) listener()
  }, everyMs)
  const clock = { listeners, timer }
  clocks.set(everyMs, clock)
  return clock
}
