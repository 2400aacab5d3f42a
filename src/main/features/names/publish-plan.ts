import type { PeerId } from '../../../shared/ids.ts'
import type { PutAnswer } from '../../protocols/names/index.ts'
import {
  HOLDERS,
  REPUBLISH_EVERY_MS,
  REPUBLISH_JITTER,
  RETRY_FIRST_MS,
  RETRY_LAST_MS,
  RETRY_SETTLED_MS,
  SIGN_AHEAD_MS,
} from './keeping-limits.ts'
import { MAX_AHEAD_MS } from './limits.ts'
import { nearest, type Place } from './near.ts'
import type { Stamp } from './zone.ts'

/*
 * Who is to hold a zone, and when they are asked again. Pure: `publisher.ts` asks them.
 */

/** Somebody who did not take it. */
export interface Failing {
  readonly failures: number
  /** Not asked again before. */
  readonly untilMs: number
}

/** What is known of telling one zone. */
export interface Told {
  /** They said that they hold it. */
  readonly holders: ReadonlySet<PeerId>
  readonly failing: ReadonlyMap<PeerId, Failing>
  /** When all were asked last; null: not since this device started. */
  readonly allMs: number | null
}

export const NOT_TOLD: Told = { holders: new Set(), failing: new Map(), allMs: null }

export interface Around {
  readonly place: Place
  /** Of this network, connected or known; without this device. */
  readonly peers: readonly PeerId[]
  readonly placeOf: (peerId: PeerId) => Place
  readonly nowMs: number
}

/** Those of the nearest that are to be asked now, the nearest first: whoever cannot is passed over, and the next one counts. */
export function whomToTell(told: Told, { place, peers, placeOf, nowMs }: Around): PeerId[] {
  const able = peers.filter((peerId) => {
    const untilMs = told.failing.get(peerId)?.untilMs ?? -Infinity
    // Nobody is put off for longer: the clock was set back since.
    return untilMs <= nowMs || untilMs > nowMs + RETRY_SETTLED_MS
  })
  return nearest(place, able, placeOf, HOLDERS).filter((peerId) => !told.holders.has(peerId))
}

/** What came of asking one. `random` is in [0, 1). */
export function afterAnswer(told: Told, peerId: PeerId, answer: PutAnswer | 'failed', nowMs: number, random: number): Told {
  const holders = new Set(told.holders)
  const failing = new Map(told.failing)
  if (answer !== 'failed' && answer.status === 'held') {
    holders.add(peerId)
    failing.delete(peerId)
    return { ...told, holders, failing }
  }
  holders.delete(peerId)
  const failures = (told.failing.get(peerId)?.failures ?? 0) + 1
  failing.set(peerId, { failures, untilMs: nowMs + (isSettled(answer) ? RETRY_SETTLED_MS : retryMs(failures, random)) })
  return { ...told, holders, failing }
}

/** All are asked again from now on: who holds it says so once more, and counts until they say otherwise. */
export function beginAgain(told: Told, nowMs: number): Told {
  const failing = [...told.failing].filter(([, { untilMs }]) => untilMs > nowMs)
  return { holders: new Set(), failing: new Map(failing), allMs: nowMs }
}

/** When all are asked again. `random` is in [0, 1). */
export function nextOfAll(allMs: number, random: number): number {
  return Math.round(allMs + REPUBLISH_EVERY_MS * (1 - REPUBLISH_JITTER * random))
}

/** Whether that time has come; one that lies too far ahead was set before the clock was set back. */
export function isDue(allAgainMs: number, nowMs: number): boolean {
  return nowMs >= allAgainMs || allAgainMs > nowMs + REPUBLISH_EVERY_MS
}

/** When somebody who failed may be asked again; null: nobody of those who would be asked. */
export function nextRetry(told: Told, around: Around): number | null {
  const later = { ...around, nowMs: Infinity }
  const untils = whomToTell(told, later).flatMap((peerId) => told.failing.get(peerId)?.untilMs ?? [])
  return untils.length === 0 ? null : Math.min(...untils)
}

/** Whether its owner is to sign it anew now: late in its time, or signed while this clock was ahead, so that nobody takes it. */
export function isToBeSigned({ issuedAtMs, expiresAtMs }: Pick<Stamp, 'issuedAtMs' | 'expiresAtMs'>, nowMs: number): boolean {
  return expiresAtMs - nowMs < Math.min(SIGN_AHEAD_MS, (expiresAtMs - issuedAtMs) / 2) || issuedAtMs > nowMs + MAX_AHEAD_MS
}

/** *Units*: `random` is in [0, 1); the wait is half to all of a time that doubles with each failure. */
export function retryMs(failures: number, random: number): number {
  const windowMs = Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** Math.min(20, failures - 1))
  return Math.round(windowMs * (0.5 + random / 2))
}

/** Others are a block behind, or busy, and soon not; these say what stands for long. */
function isSettled(answer: PutAnswer | 'failed'): boolean {
  if (answer === 'failed') return false
  if (answer.status === 'foreign') return true
  return answer.status === 'refused' && ['too-far', 'older', 'too-large', 'malformed', 'forged', 'network', 'other'].includes(answer.why)
}
