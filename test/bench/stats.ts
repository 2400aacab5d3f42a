/** What a series of figures says. In the unit of the figures. */
export interface Summary {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly min: number
  readonly max: number
}

export function summarize(figures: readonly number[]): Summary {
  if (figures.length === 0) throw new Error('no figures to summarize')
  const sorted = figures.toSorted((a, b) => a - b)
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
  }
}

/** Nearest rank, so that every quantile is a figure that was measured. */
function quantile(sorted: readonly number[], q: number): number {
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))
  const figure = sorted[rank]
  if (figure === undefined) throw new Error('no such rank')
  return figure
}

/** Runs `round` for each contender in turn, so that a slow second of the machine falls on all alike. */
export async function interleave<Name extends string>(
  contenders: Record<Name, () => Promise<number>>,
  rounds: number,
  warmUp: number,
): Promise<Record<Name, Summary>> {
  const names = Object.keys(contenders) as Name[]
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < rounds + warmUp; round++) {
    for (const name of names) {
      const figure = await contenders[name]()
      if (round >= warmUp) figures[name].push(figure)
    }
  }
  return Object.fromEntries(names.map((name) => [name, summarize(figures[name])])) as Record<Name, Summary>
}

/** How long `run` took, in ms. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await run()
  return performance.now() - startMs
}
