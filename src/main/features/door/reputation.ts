import type { Standing } from '../../../shared/model/peers.ts'
import {
  BANNED_BELOW,
  BANNED_FOR_MS,
  DISCONNECTED_BELOW,
  HEALS_ONE_POINT_MS,
  MAX_REASONS,
  THROTTLED_BELOW,
} from './limits.ts'

/** What a peer's conduct came to: its history folded, so that a thousand offences cost no more memory than one. */
export interface Conduct {
  /** Points lost and not yet healed, as of `atMs`: 0 to 100. */
  readonly lost: number
  readonly atMs: number
  readonly bannedUntilMs: number
  /** Newest first. */
  readonly reasons: Standing['lowered']
}

export const untouched: Conduct = { lost: 0, atMs: 0, bannedUntilMs: 0, reasons: [] }

/** Conduct after one more offence of `points` (1 clumsy … 100 ban at once). */
export function worsened(conduct: Conduct, offence: { why: string; points: number }, nowMs: number): Conduct {
  const points = Math.min(100, Math.max(1, offence.points))
  const lost = Math.min(100, lostAt(conduct, nowMs) + points)
  const isBanned = 100 - lost < BANNED_BELOW
  return {
    lost,
    atMs: nowMs,
    bannedUntilMs: isBanned ? nowMs + BANNED_FOR_MS : conduct.bannedUntilMs,
    reasons: [{ why: offence.why, points, atMs: Math.round(nowMs) }, ...conduct.reasons].slice(0, MAX_REASONS),
  }
}

/** The standing at `nowMs`. A ban lasts its hour, though the score heals meanwhile. */
export function standingOf(conduct: Conduct, nowMs: number): Standing {
  const score = Math.round((100 - lostAt(conduct, nowMs)) * 10) / 10
  const standing = wordFor(score, nowMs < conduct.bannedUntilMs)
  const goodAtMs = Math.ceil(Math.max(conduct.bannedUntilMs, healedTo(conduct, THROTTLED_BELOW)))
  return { score, standing, lowered: conduct.reasons, goodAtMs: standing === 'good' ? null : goodAtMs, rates: [] }
}

/** Nothing is left of it that could matter. */
export function isForgotten(conduct: Conduct, nowMs: number): boolean {
  return lostAt(conduct, nowMs) === 0 && nowMs >= conduct.bannedUntilMs
}

function lostAt(conduct: Conduct, nowMs: number): number {
  return Math.max(0, conduct.lost - Math.max(0, nowMs - conduct.atMs) / HEALS_ONE_POINT_MS)
}

/** When so many points of a hundred are back. */
function healedTo({ lost, atMs }: Conduct, score: number): number {
  return atMs + (lost - (100 - score)) * HEALS_ONE_POINT_MS
}

function wordFor(score: number, isBanned: boolean): Standing['standing'] {
  if (isBanned || score < BANNED_BELOW) return 'banned'
  if (score < DISCONNECTED_BELOW) return 'disconnected'
  return score < THROTTLED_BELOW ? 'throttled' : 'good'
}
