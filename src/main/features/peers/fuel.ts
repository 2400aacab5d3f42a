import type { Fuel } from '../../../shared/model/peers.ts'
import type { Network } from './types.ts'
import { FUEL_NEWS_SHARE } from './limits.ts'
import { bestOf } from './live.ts'
import type { Roster } from './roster.ts'

/** Looks what the circuits in use may still carry, and tells where that is news. */
export function lookAtFuel(network: Pick<Network, 'connections' | 'isRetiring'>, roster: Roster, nowMs: number): void {
  const relayed = roster.live.ids().filter((peerId) => roster.live.of(peerId)?.connections.some(({ circuit }) => circuit !== null))
  if (relayed.length === 0) return
  const now = new Map(network.connections().map((one) => [one.connection, one]))
  for (const peerId of relayed) {
    const live = roster.live.of(peerId)
    if (live === null) continue
    live.connections = live.connections.map((one) => now.get(one.connection) ?? one)
    live.retiring = new Set(live.connections.map(({ connection }) => connection).filter((one) => network.isRetiring(one)))
    const fuel = bestOf(live, nowMs)?.circuit ?? null
    if (!isNews(live.fuel, fuel)) continue
    live.fuel = fuel
    roster.changed(peerId)
  }
}

/** Another circuit, or one that has told share less than was told. Time needs no telling: its end is known. */
export function isNews(told: Fuel | null, now: Fuel | null): boolean {
  if (told === null || now === null) return told !== now
  if (told.through !== now.through || told.untilMs !== now.untilMs || told.dataBytes !== now.dataBytes) return true
  if (told.leftBytes === null || now.leftBytes === null) return told.leftBytes !== now.leftBytes
  const whole = now.dataBytes ?? told.leftBytes
  return Math.abs(told.leftBytes - now.leftBytes) >= whole * FUEL_NEWS_SHARE
}
