import type { AccountId, PeerId } from '../../shared/ids.ts'
import { NameLabel, type NetworkId } from '../../shared/model/ledger.ts'
import type { Lookup } from '../../shared/model/names.ts'
import type { AskedPeer, RoutedPeer, Routing, Walk } from '../../shared/model/routing.ts'
import { placeOfPeer, placeOfZone, zoneKey, type Place } from '../features/names/index.ts'
import type { Cancel, Clock } from '../platform/clock.ts'
import { Feed } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'
import type { DhtRoom } from './dht-room.ts'
import type { RoutingFeature } from './types.ts'

/** Four times a second at most: as often as a picture of it is worth drawing. */
export const TELL_EVERY_MS = 250

/** Of one look-up: more than a picture has room for. */
const MAX_WALK = 200

/** A device that is connected, as far as it is drawn. */
export interface ConnectedPeer {
  readonly peerId: PeerId
  readonly rttMs: number | null
  readonly protocols: readonly string[]
}

export interface RoutingParts {
  readonly clock: Clock
  readonly log: Log
  readonly me: PeerId
  readonly dht: Pick<DhtRoom, 'known' | 'mode' | 'held' | 'onChanged'>
  readonly peers: {
    connected(): readonly ConnectedPeer[]
    /** Proven by hello; null until then. */
    accountOf(peerId: PeerId): AccountId | null
    /** Somebody came or went, was proven, or has another round trip. */
    onChanged(listener: () => void): () => void
  }
  /** The one that is followed now: a name lies elsewhere in another one. */
  readonly network: () => { readonly id: NetworkId; readonly tld: string }
}

/** Whom this device knows in the DHT, by distance, and the way of the last look-up over it. */
export function createRouting(parts: RoutingParts): RoutingFeature & { stop(): void } {
  const { clock, dht, log, me, network, peers } = parts
  const feed = new Feed<{ event: 'routing-changed'; routing: Routing }>((error) => log.error({ error }, 'a listener of the routing table failed'))
  const here = placeOfPeer(me)
  let last: Walk | null = null
  let toldMs = -Infinity
  let cancel: Cancel | null = null
  /** A hash each; of those drawn last. */
  let places = new Map<PeerId, Place>()

  const placed = (peerId: PeerId): { place: string; depth: number } => {
    const place = places.get(peerId) ?? placeOfPeer(peerId)
    places.set(peerId, place)
    return { place: hexOf(place), depth: depthOf(here, place) }
  }

  const table = (): Routing => {
    const connected = new Map(peers.connected().map((peer) => [peer.peerId, peer]))
    const speaking = [...connected.values()].filter(({ protocols }) => protocols.some((one) => one.startsWith('/latch/')))
    const drawn = new Set([...dht.known(), ...speaking.map(({ peerId }) => peerId)])
    drawn.delete(me)
    const routed = Array.from(drawn, (peerId): RoutedPeer => {
      const open = connected.get(peerId)
      const account = peers.accountOf(peerId)
      return { peerId, account, ...placed(peerId), connected: open !== undefined, rttMs: open?.rttMs ?? null }
    })
    places = new Map([...places].filter(([peerId]) => drawn.has(peerId)))
    const held = { zones: dht.held('latch-zone'), deviceLists: dht.held('latch-devices') }
    const byPlace = routed.toSorted((a, b) => (a.place < b.place ? -1 : 1))
    return { ...dht.mode(), place: hexOf(here), peers: byPlace, held, last }
  }

  const tell = (): void => {
    cancel = null
    toldMs = clock.monotonicMs()
    if (feed.listeners > 0) feed.publish({ event: 'routing-changed', routing: table() })
  }
  const changed = (): void => {
    if (cancel !== null) return
    cancel = clock.after(Math.max(0, toldMs + TELL_EVERY_MS - clock.monotonicMs()), tell)
  }
  const unlisten = [dht.onChanged(changed), peers.onChanged(changed)]

  return {
    table,
    watch: (signal) => feed.watch(table, signal),
    looked(lookup) {
      const walk = walkOf(lookup, { here, network: network(), nowMs: clock.nowMs() })
      if (walk === null) return
      last = walk
      changed()
    },
    stop() {
      cancel?.()
      for (const one of unlisten) one()
    },
  }
}

/** The way of a look-up; null where it led to nobody: what was known here already is no way. Pure. */
export function walkOf(
  lookup: Lookup,
  { here, network, nowMs }: { readonly here: Place; readonly network: { readonly id: NetworkId; readonly tld: string }; readonly nowMs: number },
): Walk | null {
  const asked = lookup.steps.flatMap(({ step, peerId, hops, outcome, tookMs }): AskedPeer[] => {
    if (step !== 'ask' || peerId === null) return []
    const place = placeOfPeer(peerId)
    return [{ peerId, place: hexOf(place), depth: depthOf(here, place), hops: hops ?? 0, outcome, tookMs }]
  })
  const place = placeOfName(lookup, network)
  if (asked.length === 0 || place === null) return null
  const { fullName, tookMs } = lookup
  return {
    fullName,
    place: hexOf(place),
    depth: depthOf(here, place),
    atMs: Math.max(0, Math.round(nowMs - tookMs)),
    tookMs,
    outcome: lookup.outcome.outcome,
    asked: asked.slice(0, MAX_WALK),
  }
}

/** Where the zone of a name lies; null: what was looked up is no name. */
function placeOfName({ fullName, outcome }: Lookup, network: { readonly id: NetworkId; readonly tld: string }): Place | null {
  if (outcome.outcome === 'found') return placeOfZone(zoneKey(outcome.zone.network, outcome.zone.name))
  const labels = fullName.split('.')
  const name = NameLabel.safeParse(labels.at(-1) === network.tld ? labels.at(-2) : labels.at(-1))
  return name.success ? placeOfZone(zoneKey(network.id, name.data)) : null
}

/** How many bits two places have in common from the front. */
export function depthOf(a: Place, b: Place): number {
  for (let at = 0; at < a.byteLength; at++) {
    const difference = (a[at] ?? 0) ^ (b[at] ?? 0)
    if (difference !== 0) return at * 8 + Math.clz32(difference) - 24
  }
  return a.byteLength * 8
}

function hexOf(place: Place): string {
  return Buffer.from(place).toString('hex')
}
