import type { Hex } from '../../../protocols/mailbox/index.ts'
import { KEEP_MS, KEYS_GIVEN, KEYS_LOW, MAX_KEYS, MAX_KEYS_OF_DEVICE, SAFETY_MS, WEEKLY_EVERY_MS, WEEKLY_KEPT_MS } from '../limits.ts'

/*
 * What is done with keys, and when. Pure.
 */

/** A one-time key of ours that another device was given. `spentMs`: since when that device has it no more. */
export interface GivenKey {
  readonly id: Hex
  readonly untilMs: number
  readonly spentMs: number | null
}

export interface Settlement {
  /** They have these no more: letters sealed to them may be under way for as long as letters are held. */
  readonly spent: readonly Hex[]
  /** They have these, and nothing that is sealed to them would be opened: they came from a backup here or there. */
  readonly gone: readonly Hex[]
  /** How many more they get. */
  readonly give: number
}

/** A device says which keys of ours it has `unused`, and how many it wants; `all`: of ours, for all devices. */
export function settle(given: readonly GivenKey[], unused: readonly Hex[], want: number, all: number): Settlement {
  const has = new Set(unused)
  const usable = new Set(given.filter(({ spentMs }) => spentMs === null).map(({ id }) => id))
  const kept = unused.filter((id) => usable.has(id)).length
  const room = Math.min(KEYS_GIVEN - kept, MAX_KEYS_OF_DEVICE - given.length, MAX_KEYS - all)
  return {
    spent: [...usable].filter((id) => !has.has(id)),
    gone: unused.filter((id) => !usable.has(id)),
    give: Math.max(0, Math.min(want, room)),
  }
}

/** How many keys to ask for, with so many left. */
export function wanted(unused: number): number {
  return unused < KEYS_LOW ? KEYS_GIVEN - unused : 0
}

/** Whether nothing can come any more that this key would open. */
export function isOver({ untilMs, spentMs }: Pick<GivenKey, 'untilMs' | 'spentMs'>, nowMs: number): boolean {
  return nowMs >= untilMs || (spentMs !== null && nowMs >= spentMs + SAFETY_MS)
}

export interface WeeklyKey {
  readonly madeMs: number
  readonly replacedMs: number | null
}

/** Whether a mail key is to be made. A clock that was set back makes one too: nobody can tell how old the last one is. */
export function weeklyIsDue(current: WeeklyKey | null, nowMs: number): boolean {
  return current === null || nowMs >= current.madeMs + WEEKLY_EVERY_MS || nowMs < current.madeMs
}

/** A device that was off replaces late, and destroys late: what came meanwhile it can open. */
export function weeklyIsOver({ replacedMs }: WeeklyKey, nowMs: number): boolean {
  return replacedMs !== null && nowMs >= replacedMs + WEEKLY_KEPT_MS
}

/** Until when others may seal to it: what they seal last is held for a week, and must be opened before the key is destroyed. */
export function weeklyUntilMs({ madeMs }: WeeklyKey): number {
  return madeMs + WEEKLY_EVERY_MS + WEEKLY_KEPT_MS - SAFETY_MS
}

/** How long a letter that was taken is remembered: as long as the weekly key that opens it lives, and a letter is held. */
export const REMEMBER_MS = WEEKLY_EVERY_MS + WEEKLY_KEPT_MS + KEEP_MS
