import type { Parent } from '../block.ts'
import type { Hex } from '../bytes.ts'
import { type Genesis, leaderOf, type Roster, slotStartMs } from '../genesis.ts'
import { AHEAD_ROUNDS, HEARTBEAT_MS, LATE_ROUNDS, LONGEST_LOOK_MS } from './limits.ts'

/** What waits for a block. `ripening`: nothing can lie in it, but something waits for its height. */
export type Waits = 'entries' | 'ripening' | 'nothing'

/** All that decides what a validator does about slots. */
export interface Standing {
  /** Of the wall clock, which slots go by. */
  readonly nowMs: number
  readonly genesis: Genesis
  /** Who decides on the next block. */
  readonly roster: Roster
  /** This device's key; it may be none of theirs. */
  readonly me: Hex
  readonly head: Parent
  readonly waits: Waits
  /** Whether a device of this network is connected. */
  readonly hasCompany: boolean
  /** Whether this chain is as far as what its peers show. */
  readonly isReady: boolean
  /** What was opened last. */
  readonly opened: { readonly slot: number; readonly parent: Hex } | null
}

export type Turn =
  /** Until something changes. */
  | { readonly act: 'rest'; readonly why: string }
  | { readonly act: 'look-again'; readonly inMs: number }
  | { readonly act: 'watch'; readonly slot: number }
  | { readonly act: 'propose'; readonly slot: number; readonly because: 'entries' | 'ripening' | 'heartbeat' }

/**
 * What to do now. Only ever the next slot of the clock: those that were missed, in sleep or by a clock that was set, are
 * missed. A validator that decides alone has no slots while nothing waits. Pure.
 */
export function nextTurn(standing: Standing): Turn {
  const { nowMs, genesis, roster, me, waits, isReady } = standing
  const seats = roster.validators.length
  if (!roster.validators.some(({ key }) => key === me)) return { act: 'rest', why: 'others decide' }
  const isAlone = seats === 1
  if (!isAlone && !isReady) return { act: 'rest', why: 'this chain is behind' }
  const beatMs = heartbeatMs(standing)
  if (isAlone && waits === 'nothing' && beatMs === null) return { act: 'rest', why: 'nothing waits' }
  const atLeastMs = isAlone && waits === 'nothing' && beatMs !== null ? Math.max(nowMs, beatMs) : nowMs
  const slot = nextSlot(standing, atLeastMs)
  const opensInMs = slotStartMs(genesis, slot) - AHEAD_ROUNDS * genesis.roundMs - nowMs
  if (opensInMs > 0) return { act: 'look-again', inMs: Math.min(Math.ceil(opensInMs), LONGEST_LOOK_MS) }
  const isMine = leaderOf(roster, slot).key === me
  const isDue = beatMs !== null && slotStartMs(genesis, slot) >= beatMs
  if (isMine && waits !== 'nothing') return { act: 'propose', slot, because: waits }
  if (isMine && isDue) return { act: 'propose', slot, because: 'heartbeat' }
  return { act: 'watch', slot }
}

/** From when on an empty block is due; null: never, as nobody would see it. */
function heartbeatMs({ head, roster, hasCompany }: Standing): number | null {
  return roster.validators.length > 1 || hasCompany ? head.timestampMs + HEARTBEAT_MS : null
}

/** The first slot that can still be opened: after the head's, and not the one that was opened on this head. */
function nextSlot({ genesis, head, opened }: Standing, atMs: number): number {
  const { startMs, slotMs, roundMs } = genesis
  const ofClock = Math.ceil((atMs - LATE_ROUNDS * roundMs - startMs) / slotMs)
  const first = Math.max(0, ofClock, head.slot + 1)
  return opened?.slot === first && opened.parent === head.id ? first + 1 : first
}

/** The slot of a moment; below 0 before the network begins. */
export function slotAt({ startMs, slotMs }: Pick<Genesis, 'startMs' | 'slotMs'>, nowMs: number): number {
  return Math.floor((nowMs - startMs) / slotMs)
}

/** How far the clock of this device is behind the last block; null: it is not. Then no slot of its own can follow. */
export function behindHeadMs(head: Parent, genesis: Genesis, nowMs: number): number | null {
  const behindMs = slotStartMs(genesis, Math.max(0, head.slot)) - nowMs
  return behindMs > genesis.slotMs ? behindMs : null
}
