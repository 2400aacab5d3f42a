import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt } from '../../../shared/model/reach.ts'
import { MINUTE } from '../../../shared/units.ts'

/** Attempts further apart than this belong to different tries to reach somebody. */
const ONE_TRY_MS = MINUTE

/** What was tried for one peer, newest first. */
export interface AttemptGroup {
  readonly peerId: PeerId
  readonly attempts: readonly Attempt[]
  /** What the latest try came to: the attempt that won it, or null. */
  readonly won: Attempt | null
  readonly lastMs: number
}

/** By peer, those tried last first. */
export function groupAttempts(attempts: readonly Attempt[]): AttemptGroup[] {
  const byPeer = Map.groupBy(attempts, ({ peerId }) => peerId)
  return [...byPeer].map(([peerId, all]) => {
    const newestFirst = all.toSorted((a, b) => b.atMs - a.atMs)
    const lastMs = newestFirst[0]?.atMs ?? 0
    const won = newestFirst.find(({ atMs, outcome }) => outcome === 'won' && atMs > lastMs - ONE_TRY_MS) ?? null
    return { peerId, attempts: newestFirst, won, lastMs }
  }).toSorted((a, b) => b.lastMs - a.lastMs)
}
