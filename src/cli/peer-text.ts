import type { Person } from '../shared/model/contacts.ts'
import type { Peer, Standing } from '../shared/model/peers.ts'
import { bytes, duration, fields, table, time } from './layout.ts'
import { oneLine } from './plain.ts'
import { nameOfAccount } from './resolve.ts'

/** One peer, with what its conduct earned it and what it may still open. */
export function describePeer(peer: Peer, people: readonly Person[], nowMs: number): string[] {
  const { lowered, rates } = peer.standing
  return [
    ...fields([
      ['Name', nameOfAccount(people, peer.account) + (peer.demo ? ' (demonstration)' : '')],
      ['Peer', peer.peerId],
      ['Account', peer.account ?? 'not proven yet'],
      ['State', peerState(peer, nowMs)],
      ['Route', wayOf(peer)],
      ['Round trip', roundTripOf(peer)],
      ['Addresses', peer.addresses.join('\n') || 'none'],
      ['Found by', peer.foundBy.join(', ') || '-'],
      ['Program', peer.agent === null ? 'not said' : `"${oneLine(peer.agent)}"`],
      ...(peer.lastError === null ? [] : [['Last error', peer.lastError] as const]),
      ['Standing', `${standingOf(peer.standing, nowMs)}; ${Math.round(peer.standing.score)} of 100 points`],
    ]),
    ...(lowered.length === 0
      ? []
      : [
          '',
          ...table(
            ['WHEN', 'POINTS', 'WHAT LOWERED IT'],
            lowered.map(({ atMs, points, why }) => [time(atMs, nowMs), `-${points}`, why]),
          ),
        ]),
    ...(rates.length === 0
      ? []
      : [
          '',
          ...table(
            ['PROTOCOL', 'LEFT', 'AT ONCE', 'A SECOND'],
            rates.map(({ protocol, left, burst, perSecond }) => [
              protocol,
              String(Math.floor(left)),
              String(burst),
              String(perSecond),
            ]),
          ),
        ]),
  ]
}

/** `good`, or `throttled, good again in 8 min` if nothing more happens. */
export function standingOf({ standing, goodAtMs }: Standing, nowMs: number): string {
  if (goodAtMs === null || goodAtMs <= nowMs) return standing
  return `${standing}, good again in ${duration(goodAtMs - nowMs)}`
}

export function peerState(peer: Peer, nowMs: number): string {
  return peer.state === 'waiting' && peer.nextDialMs !== null
    ? `again in ${duration(peer.nextDialMs - nowMs)}`
    : peer.state
}

export function roundTripOf({ rttMs }: Peer): string {
  return rttMs === null ? '-' : `${rttMs.toFixed(rttMs < 10 ? 1 : 0)} ms`
}

export function wayOf({ route, transport, fuel }: Peer): string {
  if (fuel === null) return [route, transport].filter((part) => part !== null).join(', ') || '-'
  return fuel.leftBytes === null ? 'relayed' : `relayed, ${bytes(fuel.leftBytes)} left`
}
