import type { Cancel, Clock } from './clock.ts'

/** Tells at once, and what comes meanwhile in one after `everyMs`: the last is always told. */
export interface Paced {
  changed(): void
  /** What was not told yet is not told any more. */
  stop(): void
}

export function paced(clock: Clock, everyMs: number, tell: () => void): Paced {
  let waits: Cancel | null = null
  let isDue = false
  const changed = (): void => {
    if (waits !== null) {
      isDue = true
      return
    }
    waits = clock.after(everyMs, () => {
      waits = null
      if (!isDue) return
      isDue = false
      changed()
    })
    tell()
  }
  return {
    changed,
    stop() {
      waits?.()
      waits = null
      isDue = false
    },
  }
}
