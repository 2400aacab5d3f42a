import type { AskedPeer, RoutedPeer, Routing, Walk } from '../../shared/model/routing.ts'
import { fields, plural, table, time } from '../layout.ts'
import { millis } from '../ledger/words.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount, type Named } from '../resolve.ts'
import { short } from '../short-id.ts'

const modes = {
  server: 'server: others ask this device too',
  client: 'client: this device asks, and is not asked',
  off: 'off: the DHT was not joined',
} as const

/** Hexadecimal digits of a place that tell it from others in a network of any size that is looked at. */
const SHOWN_DIGITS = 8

/** The DHT as this device sees it: nearest first, then the way of the last look-up. */
export function describeRouting({ mode, why, place, peers, held, last }: Routing, people: readonly Named[], nowMs: number): string[] {
  const about = fields([
    ['Mode', modes[mode]],
    ...(why === '' ? [] : [['Why', oneLine(why)] as const]),
    ['Place', place],
    ['Holds', `${plural(held.zones, 'zone')} and ${plural(held.deviceLists, 'list')} of devices for others`],
  ])
  const near = nearestFirst(peers, place)
  const rows = near.map((peer) => [
    String(peer.depth),
    peer.place.slice(0, SHOWN_DIGITS),
    short(peer.peerId),
    nameOfAccount(people, peer.account),
    peer.connected ? 'connected' : 'known',
    peer.rttMs === null ? '-' : millis(peer.rttMs),
  ])
  const known = rows.length === 0 ? ['Nobody is in the table yet.'] : table(['SHARED BITS', 'PLACE', 'PEER', 'WHO', 'STATE', 'ROUND TRIP'], rows)
  return [...about, '', ...known, '', ...describeWalk(last, nowMs)]
}

/** By XOR: the number that two places have when they are laid over each other. */
export function nearestFirst<Peer extends Pick<RoutedPeer, 'place'>>(peers: readonly Peer[], place: string): Peer[] {
  const here = BigInt(`0x${place}`)
  const far = peers.map((peer) => ({ peer, distance: BigInt(`0x${peer.place}`) ^ here }))
  return far.toSorted((a, b) => (a.distance < b.distance ? -1 : a.distance > b.distance ? 1 : 0)).map(({ peer }) => peer)
}

function describeWalk(last: Walk | null, nowMs: number): string[] {
  if (last === null) return ['No look-up has asked anybody since Latch was started: what is kept here is answered without.']
  const { fullName, outcome, asked, atMs, tookMs, place } = last
  const head = `Last look-up: ${oneLine(fullName)} (${place.slice(0, SHOWN_DIGITS)}), ${time(atMs, nowMs)}, ${outcome} in ${millis(tookMs)}`
  if (asked.length === 0) return [`${head}; nobody was asked.`]
  return [`${head}; asked, in this order:`, ...table(['HOPS', 'BITS OF THE NAME', 'PEER', 'CAME TO', 'TOOK'], asked.map((peer) => askedRow(peer, place)))]
}

/** How near they are to the name is what a look-up goes by, and not how near they are to here. */
function askedRow({ hops, place: theirs, peerId, outcome, tookMs }: AskedPeer, place: string): string[] {
  return [String(hops), String(sharedBits(theirs, place)), short(peerId), outcome, tookMs === null ? '-' : millis(tookMs)]
}

/** How many bits two places have in common from the front. */
function sharedBits(one: string, other: string): number {
  const apart = BigInt(`0x${one}`) ^ BigInt(`0x${other}`)
  return one.length * 4 - (apart === 0n ? 0 : apart.toString(2).length)
}
