import type { Cancel, Clock } from '../../platform/clock.ts'
import { LOOK_EVERY_MS } from './limits.ts'
import { slept, type Hands } from './schedule.ts'
import { every } from './ticker.ts'

/** Looks at the clocks and the network interfaces, and tells when the machine slept or its networks changed. */
export function watchSurroundings(
  clock: Clock,
  interfaces: () => string,
  changed: (why: 'the machine slept' | 'the network changed') => void,
): Cancel {
  const look = (): { hands: Hands; networks: string } => ({
    hands: { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() },
    networks: interfaces(),
  })
  let before = look()
  return every(clock, LOOK_EVERY_MS, () => {
    const now = look()
    if (slept(before.hands, now.hands)) changed('the machine slept')
    else if (before.networks !== now.networks) changed('the network changed')
    before = now
  })
}
