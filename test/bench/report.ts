import type { Summary } from './stats.ts'

/** One line of the report: what was measured, in which unit, against what. */
export interface Figure {
  readonly suite: string
  readonly what: string
  readonly unit: 'ms' | 'µs' | 'hops' | 'peers' | 'frames' | 'copies' | 'KiB' | '/s' | 'MiB' | 'round trips' | 'MB/s' | '%' | '% of a core'
  readonly summary: Summary
  /** Ratio of this p50 to the named peer's p50 in the same run. */
  readonly against?: { readonly name: string; readonly ratio: number }
  readonly goal?: string
}

export function ratio(of: Summary, to: Summary, name: string): { against: { name: string; ratio: number } } {
  return { against: { name, ratio: of.p50 / to.p50 } }
}

/** JSON lines, for programs. */
export function jsonLines(figures: readonly Figure[]): string {
  return figures.map((figure) => `${JSON.stringify(figure)}\n`).join('')
}

/** The same as a table, for people. */
export function table(figures: readonly Figure[]): string {
  const head = ['suite', 'what', 'p50', 'p95', 'p99', 'n', 'against', 'goal']
  const rows = figures.map(({ suite, what, unit, summary, against, goal }) => [
    suite,
    what,
    `${short(summary.p50)} ${unit}`,
    `${short(summary.p95)} ${unit}`,
    `${short(summary.p99)} ${unit}`,
    String(summary.count),
    against === undefined ? '' : `${short(against.ratio)} × ${against.name}`,
    goal ?? '',
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), ''].join('\n')
}

/** Three digits or so: what a run on another day would not say again is left out. */
export function short(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure >= 10 ? figure.toFixed(1) : figure.toFixed(figure >= 1 ? 2 : 3)
}
