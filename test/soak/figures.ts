import { MiB } from '../../src/shared/units.ts'

/** What a home says of itself, after its garbage was collected. */
export interface Sample {
  readonly rssBytes: number
  /** The heap, and the buffers beside it. */
  readonly heapBytes: number
  /** Timers, sockets, files, requests: what keeps the event loop. */
  readonly handles: number
  /** Open files and sockets; 0 where there is no /proc. */
  readonly descriptors: number
  /** The file itself: it grows at checkpoints. */
  readonly databaseBytes: number
  readonly walBytes: number
  readonly connections: number
}

/** One, when it was taken, and what had been done by then. */
export interface Moment extends Sample {
  readonly atMs: number
  /** Messages and offers that this home wrote or took, since the soak began. */
  readonly messages: number
}

/** `flat`: below the bound with what the noise leaves open; `open`: the noise is wider than the bound, so that a longer soak would tell. */
export type Verdict = 'flat' | 'open' | 'grows'

export interface Trend {
  readonly perHour: number
  /** Twice the standard error: where the slope lies, nineteen times out of twenty. */
  readonly give: number
}

/**
 * What a series does in an hour, by least squares. `by` is what else it may grow with (messages stored, for a database): its
 * share is taken out, so that what is left is growth for nothing. Needs some points more than it has unknowns; null otherwise. Pure.
 */
export function trendOf(points: readonly { readonly hours: number; readonly by?: number; readonly value: number }[]): (Trend & { readonly perBy: number }) | null {
  const withBy = points.some(({ by }) => by !== undefined && by !== points[0]?.by)
  const unknowns = withBy ? 3 : 2
  if (points.length < unknowns + 2) return null
  const mean = (of: (point: (typeof points)[number]) => number): number => points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [h, b, v] = [mean(({ hours }) => hours), mean(({ by }) => by ?? 0), mean(({ value }) => value)]
  const sum = (of: (dh: number, db: number, dv: number) => number): number =>
    points.reduce((total, { hours, by, value }) => total + of(hours - h, (by ?? 0) - b, value - v), 0)
  const hh = sum((dh) => dh * dh)
  const bb = withBy ? sum((_dh, db) => db * db) : 1
  const hb = withBy ? sum((dh, db) => dh * db) : 0
  const hv = sum((dh, _db, dv) => dh * dv)
  const bv = withBy ? sum((_dh, db, dv) => db * dv) : 0
  const determinant = hh * bb - hb * hb
  if (determinant <= 0) return null
  const perHour = (hv * bb - bv * hb) / determinant
  const perBy = (bv * hh - hv * hb) / determinant
  const left = sum((dh, db, dv) => (dv - perHour * dh - (withBy ? perBy * db : 0)) ** 2) / (points.length - unknowns)
  return { perHour, perBy, give: 2 * Math.sqrt((left * bb) / determinant) }
}

/** `bound`: what may be added in an hour, in the unit of the figure. */
export function judge({ perHour, give }: Trend, bound: number): Verdict {
  if (perHour - give > bound) return 'grows'
  return perHour + give <= bound ? 'flat' : 'open'
}

interface Measure {
  readonly what: string
  readonly unit: string
  readonly of: (moment: Moment) => number
  readonly boundPerHour: number
  /** Whether it may grow with what is stored. */
  readonly byMessages: boolean
}

/**
 * What an hour may add. A leak of 4 KiB for each connection that came and went (some 300 an hour here) would be 1.2 MiB an hour;
 * of a socket or a timer each, 300. Memory of the process moves by some MiB with the allocator, so that its bound is wider.
 * The database beside messages: the door's log, blocks, and what is known of peers, each of which has an end of its own.
 */
export const MEASURES: readonly Measure[] = [
  { what: 'memory (RSS)', unit: 'MiB', of: ({ rssBytes }) => rssBytes / MiB, boundPerHour: 48, byMessages: false },
  { what: 'heap after collection', unit: 'MiB', of: ({ heapBytes }) => heapBytes / MiB, boundPerHour: 12, byMessages: false },
  { what: 'handles', unit: '', of: ({ handles }) => handles, boundPerHour: 60, byMessages: false },
  { what: 'descriptors', unit: '', of: ({ descriptors }) => descriptors, boundPerHour: 60, byMessages: false },
  { what: 'database beside messages', unit: 'MiB', of: ({ databaseBytes }) => databaseBytes / MiB, boundPerHour: 12, byMessages: true },
]

export interface FlatFigure {
  readonly home: string
  readonly what: string
  readonly unit: string
  readonly first: number
  readonly last: number
  readonly perHour: number
  readonly give: number
  readonly boundPerHour: number
  /** Bytes that each message added; null where that was not asked. */
  readonly bytesAMessage: number | null
  readonly samples: number
  readonly verdict: Verdict
}

/** Over the second half: what is loaded once, and caches that fill, are in the first. */
export function flatness(home: string, moments: readonly Moment[], fromMs: number): FlatFigure[] {
  const half = moments.filter(({ atMs }) => atMs >= fromMs)
  return MEASURES.flatMap(({ what, unit, of, boundPerHour, byMessages }) => {
    const points = half.map((moment) => ({ hours: moment.atMs / 3_600_000, value: of(moment), ...(byMessages ? { by: moment.messages } : {}) }))
    const trend = trendOf(points)
    const [first, last] = [points[0]?.value, points.at(-1)?.value]
    if (trend === null || first === undefined || last === undefined) return []
    const bytesAMessage = byMessages ? trend.perBy * MiB : null
    return [{ home, what, unit, first, last, perHour: trend.perHour, give: trend.give, boundPerHour, bytesAMessage, samples: half.length, verdict: judge(trend, boundPerHour) }]
  })
}
