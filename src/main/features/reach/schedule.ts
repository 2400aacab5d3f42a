import {
  LONGEST_REFUSED_WAIT_MS,
  LONGEST_WAIT_MS,
  REFUSED_WAIT_MS,
  RENEW_JITTER,
  RENEW_SHARE,
  SPREAD_MS,
  UPGRADE_JITTER,
  UPGRADE_WAITS_MS,
} from './limits.ts'

/*
 * When to try again, as pure functions: `random` is in [0, 1).
 */

/**
 * How long to wait before an introducer is dialled again. `failures` 0: a connection that had held dropped, and with it
 * those of everybody else, so all of them come back evenly over SPREAD_MS. After each failure in a row that window
 * doubles, up to LONGEST_WAIT_MS, and the wait is in its later half.
 */
export function reconnectWaitMs(failures: number, random: number): number {
  if (failures <= 0) return Math.round(SPREAD_MS * random)
  const windowMs = Math.min(LONGEST_WAIT_MS, SPREAD_MS * 2 ** Math.min(failures, 30))
  return Math.round(windowMs * (0.5 + random / 2))
}

/** How long to leave an introducer in peace after it refused a place or a registration for the `refusals`th time. */
export function refusedWaitMs(refusals: number, random: number): number {
  const windowMs = Math.min(LONGEST_REFUSED_WAIT_MS, REFUSED_WAIT_MS * 2 ** Math.min(Math.max(refusals, 1) - 1, 30))
  return Math.round(windowMs * (0.8 + random * 0.4))
}

/** When something that lives `lifeMs` from now is renewed: at two thirds, some a little earlier. */
export function renewAfterMs(lifeMs: number, random: number): number {
  return Math.round(Math.max(0, lifeMs) * RENEW_SHARE * (1 - RENEW_JITTER * random))
}

/** The wait after the `round`th try (0, 1, 2…) to get away from a relay. */
export function upgradeWaitMs(round: number, random: number): number {
  const waitMs = UPGRADE_WAITS_MS[Math.min(round, UPGRADE_WAITS_MS.length - 1)] ?? 0
  return Math.round(waitMs * (1 - UPGRADE_JITTER + 2 * UPGRADE_JITTER * random))
}
