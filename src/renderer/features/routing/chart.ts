import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { AskedPeer, RoutedPeer, Routing, Walk } from '../../../shared/model/routing.ts'
import { halvings, onLine, radiusAt, roomAt, type Point } from './distance.ts'

/** A device on the line. */
export interface Spot extends Round {
  readonly peerId: PeerId
  readonly account: AccountId | null
  readonly depth: number
  /** `asked`: not in the routing table, and met by the last look-up. */
  readonly state: 'connected' | 'known' | 'asked'
  readonly rttMs: number | null
  readonly turns: number
  /** When the last look-up asked it, and what came of it. */
  readonly asked: (AskedPeer & { readonly number: number }) | null
}

/** What takes room in the picture. */
export interface Round extends Point {
  readonly radius: number
}

/** In pixels: more devices, smaller dots. */
export function dotRadius(count: number): number {
  return count <= 40 ? 5 : count <= 140 ? 4 : 3.5
}

/** Where there is a number in it. */
export const NUMBERED_RADIUS = 9
const GAP = 1
/** Of the room up to the next turn, to either side: nobody stands nearer to another turn than to its own. */
const LEANING = 0.48
const lanes = [0, 0.5, -0.5, 1, -1]
/** Along the line, in its own breadths. */
const nudges = [0, 1, -1]

/**
 * Everybody in the routing table and everybody who was asked, the nearest first. One stands where its distance is on the
 * line; where another or something of `taken` stands already, beside the line. *Units*: pixels from the middle, for a
 * line that begins `outerPx` above it.
 */
export function spotsOf(routing: Routing, outerPx: number, taken: readonly Round[] = []): Spot[] {
  const all = [...devices(routing)].toSorted((a, b) => a.turns - b.turns)
  const dot = dotRadius(all.length)
  const placed: Spot[] = []
  const room = (at: Point, radius: number): number =>
    [...taken, ...placed].reduce((least, other) => Math.min(least, apart(at, other) - other.radius - radius - GAP), Infinity)
  for (const one of all) {
    const radius = one.asked === null ? dot : NUMBERED_RADIUS
    const at = mostFree(places(one.turns, radius, outerPx), (point) => room(point, radius))
    placed.push({ ...one, ...at, radius })
  }
  return placed.toReversed()
}

/** Where a device may stand: on the line at first, then beside it, then beside it a little earlier or later. */
function places(turns: number, radius: number, outerPx: number): Point[] {
  const lean = roomAt(turns) * LEANING
  const breadth = (2 * radius + GAP) / (2 * Math.PI * radiusAt(turns) * outerPx)
  return nudges.flatMap((nudge) =>
    lanes.map((lane) => scaled(onLine(Math.max(0, turns + nudge * breadth), lane * lean), outerPx)),
  )
}

/** The first one with room enough, or else the one with the most. */
function mostFree(points: readonly Point[], roomOf: (point: Point) => number): Point {
  let best: Point = { x: 0, y: 0 }
  let most = -Infinity
  for (const point of points) {
    const room = roomOf(point)
    if (room >= 0) return point
    if (room > most) [best, most] = [point, room]
  }
  return best
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

/** Of the frame around where the zone of a name lies; a number has room in it. */
export const TARGET_RADIUS = 15

/** Where the last look-up went to. */
export function targetOf({ place, last }: Pick<Routing, 'place' | 'last'>, outerPx: number): Round | null {
  return last === null ? null : { ...scaled(onLine(halvings(place, last.place)), outerPx), radius: TARGET_RADIUS }
}

/** The outermost turns that have their share of the whole space written at their beginning; further in is no room. */
const SHARES = ['½', '¼', '⅛'] as const
const SHARE_RADIUS = 7

export function sharesAt(outerPx: number): (Round & { readonly share: string })[] {
  return SHARES.map((share, at) => ({ share, ...scaled(onLine(at + 1), outerPx), radius: SHARE_RADIUS }))
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

/** What is to be named, the most important first. */
export interface Named extends Round {
  /** A peer id, where it is a device. */
  readonly id: string
  readonly text: string
}

export interface Label extends Point {
  readonly id: string
  readonly text: string
  /** To which side of what it names it stands. */
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

/**
 * Names beside what has room for one: outwards first, then inwards, and nothing over anything else.
 * *Units*: pixels from the middle; `left` and `right`: where the picture ends.
 */
export function labelsOf(
  named: readonly Named[],
  spots: readonly Spot[],
  taken: readonly Round[],
  ends: { readonly left: number; readonly right: number },
): Label[] {
  const boxes = taken.map(around)
  const dots = spots.map((spot) => ({ id: spot.peerId, box: around(spot) }))
  const labels: Label[] = []
  for (const { id, text, ...spot } of named) {
    const width = Math.min(text.length * LETTER_PX, LABEL_MOST_PX)
    const sides = spot.x < 0 ? (['start', 'end'] as const) : (['end', 'start'] as const)
    for (const side of sides) {
      const from = spot.radius + BESIDE_PX
      const left = side === 'end' ? spot.x + from : spot.x - from - width
      const box = { left, right: left + width, top: spot.y - LINE_PX / 2, bottom: spot.y + LINE_PX / 2 }
      const isFree =
        box.left >= ends.left &&
        box.right <= ends.right &&
        boxes.every((other) => !overlap(box, other)) &&
        dots.every((dot) => dot.id === id || !overlap(box, dot.box))
      if (!isFree) continue
      boxes.push(box)
      labels.push({ id, text, side, x: side === 'end' ? spot.x + from : spot.x - from, y: spot.y })
      break
    }
  }
  return labels
}

function around({ x, y, radius }: Round): Box {
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
