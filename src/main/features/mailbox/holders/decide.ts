import type { PeerId } from '../../../../shared/ids.ts'
import { MAX_HOLDERS_IN_CARD } from '../../../protocols/mailbox/index.ts'
import { ASK_AGAIN_MS, COLLECT_EVERY_MS, INTRODUCERS_ASKED, JITTER_SHARE, KEEP_MS, UNREACHABLE_IN_CARD_MS } from '../limits.ts'
import type { Holding } from './holder-store.ts'

/*
 * Whom to ask, when, and whom to name. Pure.
 */

/** Introducers that are asked by themselves, those that come first first. Those that were left, are not. */
export function introducersToAsk(known: readonly Holding[], inUse: readonly PeerId[]): PeerId[] {
  const asked = new Set(known.map(({ peerId }) => peerId))
  const working = known.filter(({ kind, state, peerId }) => kind === 'introducer' && inUse.includes(peerId) && isHope(state)).length
  return inUse.filter((peerId) => !asked.has(peerId)).slice(0, Math.max(0, INTRODUCERS_ASKED - working))
}

/** Introducers that are none any more, and hold nothing that could still be fetched. */
export function introducersToForget(known: readonly Holding[], inUse: readonly PeerId[], nowMs: number): PeerId[] {
  const isOver = ({ state, answeredMs }: Holding): boolean =>
    state === 'refused' || ((state === 'asking' || state === 'unreachable') && nowMs - (answeredMs ?? 0) >= KEEP_MS)
  const gone = known.filter((holding) => holding.kind === 'introducer' && !inUse.includes(holding.peerId) && isOver(holding))
  return gone.map(({ peerId }) => peerId)
}

/**
 * Whom a card names: whoever holds, also while they do not answer for some days; those who do before those who do not. In
 * an order that does not change by itself: each change is a card that everybody has to be given.
 */
export function inCard(known: readonly Holding[], nowMs: number): Holding[] {
  return known
    .filter(({ state, answeredMs }) => state === 'held' || (state === 'unreachable' && answeredMs !== null && nowMs - answeredMs < UNREACHABLE_IN_CARD_MS))
    .toSorted((a, b) => Number(b.state === 'held') - Number(a.state === 'held') || byPeerId(a, b))
    .slice(0, MAX_HOLDERS_IN_CARD)
    .toSorted(byPeerId)
}

/** Whether a holder is to be spoken to by itself now. */
export function isDue({ state, checkedMs }: Pick<Holding, 'state' | 'checkedMs'>, nowMs: number): boolean {
  if (state === 'left') return false
  if (checkedMs === null || checkedMs > nowMs) return true
  return nowMs - checkedMs >= (state === 'held' || state === 'unreachable' ? COLLECT_EVERY_MS * (1 - JITTER_SHARE) : ASK_AGAIN_MS)
}

/** Until the next look at all of them. `random` in [0, 1). */
export function nextLookMs(random: number): number {
  return COLLECT_EVERY_MS * (1 - JITTER_SHARE * random)
}

function byPeerId(a: Holding, b: Holding): number {
  return a.peerId < b.peerId ? -1 : 1
}

function isHope(state: Holding['state']): boolean {
  return state === 'held' || state === 'asking' || state === 'unreachable'
}
