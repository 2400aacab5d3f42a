/** What one run measured: a line of artifacts/sim.jsonl. */
export interface Fact {
  readonly part: PartName
  readonly seed: number
  readonly nodes: number
  /** What was done: `calm`, `30 % gone`. */
  readonly what: string
  readonly figures: Readonly<Record<string, number>>
  /** Load average of the machine as it was measured. */
  readonly load: number
}

export const PARTS = ['dht', 'grown', 'gossip', 'introducers', 'walk'] as const
export type PartName = (typeof PARTS)[number]

/** Straight through the points, by least squares: y = slope * x + from. */
export function lineThrough(points: readonly (readonly [x: number, y: number])[]): { slope: number; from: number } {
  if (points.length < 2) throw new RangeError('a line goes through two points or more')
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const across = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0)
  if (across === 0) throw new RangeError('all points are above each other')
  const slope = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / across
  return { slope, from: y0 - slope * x0 }
}

/** Of several, how many: 0 to 1. */
export function share<T>(all: readonly T[], is: (one: T) => boolean): number {
  return all.length === 0 ? 0 : all.filter(is).length / all.length
}

/** The figure below which `q` of all are; nearest rank. 0 where there are none. */
export function quantile(figures: readonly number[], q: number): number {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? 0
}

export function mean(figures: readonly number[]): number {
  return figures.length === 0 ? 0 : figures.reduce((sum, one) => sum + one, 0) / figures.length
}

/** `run` for each, so many at a time; in their order. */
export async function atOnce<T, R>(items: readonly T[], limit: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>()
  const left = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results.set(index, await run(item))
  }
  await Promise.all(Array.from({ length: limit }, worker))
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result)
}
