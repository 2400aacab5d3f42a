import { seeded } from '../bench/names/random.ts'

/*
 * How far apart machines are, drawn from a seed. Pure. Machines stand in regions of a plane whose unit is a millisecond, and
 * each has a line of its own to the internet: so that near ones are near to each other's neighbours too, as it is on the Earth.
 */

/** Where most machines of the internet are, in ms of light through fibre from each other, one way. */
const REGIONS = [
  { x: 0, y: 0, share: 0.35 },
  { x: 45, y: 5, share: 0.3 },
  { x: 75, y: -10, share: 0.05 },
  { x: -60, y: -10, share: 0.2 },
  { x: -35, y: 55, share: 0.1 },
] as const
/** A region is so wide. */
const REGION_MS = 8
/** A line of one's own: 1 ms of fibre to 20 ms of a radio, most at the lower end. */
const LINE_MS = { least: 1, most: 20 }

interface Spot {
  readonly x: number
  readonly y: number
  readonly lineMs: number
}

/** One way between machines, by their numbers; the same for the same seed, however many are asked for and in which order. */
export class LatencyMap {
  readonly #seed: number
  readonly #stretch: number
  readonly #spots = new Map<number, Spot>()

  constructor(seed: number, stretch = 1) {
    this.#seed = seed
    this.#stretch = stretch
  }

  oneWayMs(a: number, b: number): number {
    if (a === b) return 0
    // The lower number first: floating point adds in another order to another sum.
    const [from, to] = [this.#spot(Math.min(a, b)), this.#spot(Math.max(a, b))]
    return this.#stretch * (Math.hypot(from.x - to.x, from.y - to.y) + from.lineMs + to.lineMs)
  }

  #spot(number: number): Spot {
    const known = this.#spots.get(number)
    if (known !== undefined) return known
    const random = seeded(Math.imul(this.#seed + 1, 0x9e_37_79_b1) ^ Math.imul(number + 1, 0x85_eb_ca_6b))
    let at = random()
    const region = REGIONS.find(({ share }) => (at -= share) < 0) ?? REGIONS[0]
    const spot = {
      x: region.x + (random() - 0.5) * REGION_MS,
      y: region.y + (random() - 0.5) * REGION_MS,
      lineMs: LINE_MS.least * (LINE_MS.most / LINE_MS.least) ** random() ** 1.5,
    }
    this.#spots.set(number, spot)
    return spot
  }
}

/** All between the first `count`, in ms one way: what a seed amounts to, for whoever wants to look at it. */
export function latencyMatrix(seed: number, count: number): number[][] {
  const map = new LatencyMap(seed)
  return Array.from({ length: count }, (_, a) => Array.from({ length: count }, (__, b) => map.oneWayMs(a, b)))
}
