import type { Cancel, Clock } from '../../platform/clock.ts'

/** Runs `look` every `everyMs`, the next turn only after the last ended. Never keeps the process alive. */
export function every(clock: Clock, everyMs: number, look: () => void | Promise<void>): Cancel {
  let stopped = false
  let cancel: Cancel = () => {}
  const turn = (): void => {
    cancel = clock.after(everyMs, () => {
      void Promise.resolve(look()).finally(() => {
        if (!stopped) turn()
      })
    })
  }
  turn()
  return () => {
    stopped = true
    cancel()
  }
}
