import type { Place } from '../../../shared/model/routing.ts'

/** Of a place, in hexadecimal digits of four bits. */
const DIGITS = 64
/** As many as a number holds exactly; what is further behind moves nothing by a pixel. */
const PRECISE = 12

/**
 * How often the whole space has to be halved to become the distance between two places: above 0 for the farthest, one
 * more for each bit that they have in common from the front, 256 for one place.
 * *Source*: distance is XOR read as a number, as Kademlia has it.
 */
export function halvings(one: Place, other: Place): number {
  const first = firstOther(one, other)
  if (first === DIGITS) return 4 * DIGITS
  let distance = 0
  for (let at = first; at < first + PRECISE; at += 1) distance = distance * 16 + (digit(one, at) ^ digit(other, at))
  return 4 * first + 4 * PRECISE - Math.log2(distance)
}

/** How many bits from the front two places have in common. */
export function bitsBetween(one: Place, other: Place): number {
  const first = firstOther(one, other)
  if (first === DIGITS) return 4 * DIGITS
  // A digit is the last four of the 32 bits.
  return 4 * first + Math.clz32(digit(one, first) ^ digit(other, first)) - 28
}

/** The first digit in which they differ; as many as there are where they do not. */
function firstOther(one: Place, other: Place): number {
  let at = 0
  while (at < DIGITS && one[at] === other[at]) at += 1
  return at
}

function digit(place: Place, at: number): number {
  return at < DIGITS ? Number.parseInt(place.charAt(at), 16) : 0
}

/** Whatever is nearer than this stands at the inner end of the line: nobody meets 65,536 devices. */
export const MOST_HALVINGS = 16

/** The larger, the more room the inner turns get; most devices are on the outer ones. */
const EVEN = 4
/** What the line keeps free around this device, of 1. */
const INNER = 0.1

/** How far out, of 1 at the beginning of the line. */
export function radiusAt(turns: number): number {
  const falling = (at: number): number => EVEN / (EVEN + at)
  const least = falling(MOST_HALVINGS)
  return INNER + ((1 - INNER) * (falling(Math.min(turns, MOST_HALVINGS)) - least)) / (1 - least)
}

/** How much room there is between the line and its next turn, of 1. */
export function roomAt(turns: number): number {
  return radiusAt(turns) - radiusAt(Math.min(turns, MOST_HALVINGS) + 1)
}

export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Where a distance lies on the line: it begins at the top, outside, and coils clockwise around this device. Each turn is
 * half as far. *Units*: the middle is 0, the beginning of the line 1 above it.
 */
export function onLine(turns: number, outBy = 0): Point {
  const bounded = Math.min(turns, MOST_HALVINGS)
  const angle = 2 * Math.PI * bounded
  const radius = radiusAt(bounded) + outBy
  return { x: radius * Math.sin(angle), y: -radius * Math.cos(angle) }
}


/** Points of a turn, to look round. */
const SMOOTH = 48

function turnAt(turn: number): Point[] {
  return Array.from({ length: SMOOTH + 1 }, (_, at) => onLine(turn + at / SMOOTH))
}

/** One turn of the line as an SVG path. */
export function turnPath(turn: number): string {
  const points = turnAt(turn)
  return points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(4)} ${y.toFixed(4)}`).join('')
}

/** How far the line reaches to each side of this device, of 1: it is widest at its beginning, above. */
export const reach = {
  left: Math.max(...turnAt(0).map(({ x }) => -x)),
  right: Math.max(...turnAt(0).map(({ x }) => x)),
  top: 1,
  bottom: Math.max(...turnAt(0).map(({ y }) => y)),
} as const
