import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { AskedPeer, Place, RoutedPeer, Routing, Walk } from '../../../shared/model/routing.ts'
import { halvings, MOST_HALVINGS, onLine, roomAt, type Point } from './distance.ts'

/** A device on the line. */
export interface Spot extends Point {
  readonly peerId: PeerId
  readonly account: AccountId | null
  readonly depth: number
  /** `asked`: not in the routing table, and met by the last look-up. */
  readonly state: 'connected' | 'known' | 'asked'
  readonly rttMs: number | null
  readonly turns: number
  readonly radius: number
  /** When the last look-up asked it, and what came of it. */
  readonly asked: (AskedPeer & { readonly number: number }) | null
}

/** In pixels: more devices, smaller dots. */
export function dotRadius(count: number): number {
  return count <= 40 ? 5 : count <= 140 ? 4 : 3
}

/** Where there is a number in it. */
export const NUMBERED_RADIUS = 9
const GAP = 1
/** Of the room up to the next turn, to either side. */
const LEANING = 0.46

/**
 * Everybody in the routing table and everybody who was asked, the nearest first. One stands where its distance is on the
 * line; where another stands there already, beside the line. *Units*: pixels from the middle, for a line that begins
 * `outerPx` above it.
 */
export function spotsOf(routing: Routing, outerPx: number): Spot[] {
  const all = [...devices(routing)].sort((a, b) => a.turns - b.turns)
  const dot = dotRadius(all.length)
  const placed: Spot[] = []
  for (const one of all) {
    const radius = one.asked === null ? dot : NUMBERED_RADIUS
    const lean = (roomAt(one.turns) * LEANING) / 2
    const lanes = [0, 1, -1, 2, -2].map((lane) => scaled(onLine(one.turns, lane * lean), outerPx))
    const free = lanes.find((at) => placed.every((other) => apart(at, other) >= radius + other.radius + GAP))
    placed.push({ ...one, ...(free ?? scaled(onLine(one.turns), outerPx)), radius })
  }
  return placed.toReversed()
}

type Device = Omit<Spot, 'x' | 'y' | 'radius'>

function* devices({ peers, place, last }: Routing): Generator<Device> {
  const asked = new Map<PeerId, Spot['asked']>()
  for (const [at, one] of (last?.asked ?? []).entries()) {
    if (!asked.has(one.peerId)) asked.set(one.peerId, { ...one, number: at + 1 })
  }
  const known = new Set<PeerId>()
  for (const { connected, place: there, ...peer } of peers) {
    known.add(peer.peerId)
    const turns = halvings(place, there)
    yield { ...peer, state: connected ? 'connected' : 'known', turns, asked: asked.get(peer.peerId) ?? null }
  }
  for (const [peerId, one] of asked) {
    if (known.has(peerId) || one === null) continue
    const turns = halvings(place, one.place)
    yield { peerId, account: null, depth: one.depth, state: 'asked', rttMs: null, turns, asked: one }
  }
}

function scaled({ x, y }: Point, outerPx: number): Point {
  return { x: x * outerPx, y: y * outerPx }
}

export function apart(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}

/** Where the last look-up went to. */
export function targetOf(place: Place, walk: Walk, outerPx: number): Point {
  return scaled(onLine(halvings(place, walk.place)), outerPx)
}

/** What says something about the name, also that there is nothing. */
const answers: ReadonlySet<AskedPeer['outcome']> = new Set(['found', 'newer', 'older', 'nothing'])

/** Those who answered and were nearer to the name than all who had before: how the look-up came near. */
export function approachOf({ place, asked }: Walk): PeerId[] {
  const way: PeerId[] = []
  let nearest = -1
  for (const one of asked) {
    const near = halvings(place, one.place)
    if (!answers.has(one.outcome) || near <= nearest) continue
    nearest = near
    way.push(one.peerId)
  }
  return way
}

/** Whoever is nearest to a point, within that many pixels. */
export function spotAt(spots: readonly Spot[], at: Point, withinPx: number): Spot | null {
  let best: Spot | null = null
  for (const spot of spots) {
    if (apart(spot, at) <= withinPx && (best === null || apart(spot, at) < apart(best, at))) best = spot
  }
  return best
}

export interface Label extends Point {
  readonly peerId: PeerId
  readonly text: string
  /** To which side of the device it stands. */
  readonly side: 'start' | 'end'
}

/** What a letter and a line of 12 px take, about. */
const LETTER_PX = 6.6
const LINE_PX = 14
const BESIDE_PX = 5
/** Longer ones are cut short, by the style. */
export const LABEL_MOST_PX = 108

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Names beside the devices that have room for one: outwards first, then inwards, and nothing over anything else. */
export function labelsOf(
  spots: readonly Spot[],
  texts: ReadonlyMap<PeerId, string>,
  halfPx: number,
  taken: readonly Point[] = [],
): Label[] {
  const boxes: Box[] = taken.map((at) => around(at, NUMBERED_RADIUS))
  const dots = spots.map((spot) => ({ peerId: spot.peerId, box: around(spot, spot.radius) }))
  const labels: Label[] = []
  for (const spot of spots) {
    const text = texts.get(spot.peerId)
    if (text === undefined) continue
    const width = Math.min(text.length * LETTER_PX, LABEL_MOST_PX)
    const sides = spot.x < 0 ? (['start', 'end'] as const) : (['end', 'start'] as const)
    for (const side of sides) {
      const from = spot.radius + BESIDE_PX
      const left = side === 'end' ? spot.x + from : spot.x - from - width
      const box = { left, right: left + width, top: spot.y - LINE_PX / 2, bottom: spot.y + LINE_PX / 2 }
      const isFree =
        box.left >= -halfPx &&
        box.right <= halfPx &&
        boxes.every((other) => !overlap(box, other)) &&
        dots.every((dot) => dot.peerId === spot.peerId || !overlap(box, dot.box))
      if (!isFree) continue
      boxes.push(box)
      labels.push({ peerId: spot.peerId, text, side, x: side === 'end' ? spot.x + from : spot.x - from, y: spot.y })
      break
    }
  }
  return labels
}

function around({ x, y }: Point, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

/** The routing table, the nearest first. */
export function byDistance({ place, peers }: Pick<Routing, 'place' | 'peers'>): RoutedPeer[] {
  const turns = new Map(peers.map((peer) => [peer.peerId, halvings(place, peer.place)]))
  return peers.toSorted((a, b) => (turns.get(b.peerId) ?? 0) - (turns.get(a.peerId) ?? 0))
}

/** The outermost turns that get their share of the space written beside them; further in there is no room. */
export const NAMED_TURNS = Math.min(4, MOST_HALVINGS)
