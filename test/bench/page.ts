import { short } from './report.ts'
import type { Run } from './run.ts'
import type { Suite } from './suites/index.ts'

/** Of each suite the newest run, in the order of the suites; what is no suite any more is left out. */
export function newest(runs: readonly Run[], suites: readonly string[]): Run[] {
  return suites.flatMap((suite) => {
    const [run] = runs.filter((one) => one.suite === suite).toSorted((a, b) => b.at.localeCompare(a.at))
    return run === undefined ? [] : [run]
  })
}

/** docs/benchmarks.md: a table for each suite, with the machine, the day and the command that gives it again. */
export function page(runs: readonly Run[], suites: Readonly<Record<string, Pick<Suite, 'about'>>>): string {
  const shown = newest(runs, Object.keys(suites))
  return [
    '# Benchmarks',
    'Written by `npm run bench`, which runs every suite; `npm run bench -- chat` runs one and writes its part anew, `--quick` shows that it works and writes nothing here.',
    'Peers stand beside Latch in the same run, in turn with it, so that a slow second of the machine falls on all alike; *against* is the ratio of the medians. ' +
      'Everything goes over loopback, where a suite does not say otherwise. Figures of different runs, or of different machines, are not to be compared. ' +
      'The same as JSON: `docs/benchmarks.json`.',
    ...shown.map((run) => section(run, suites[run.suite]?.about ?? '')),
    '',
  ].join('\n\n').trimEnd() + '\n'
}

function section({ suite, at, commit, machine, runtime, load, figures }: Run, about: string): string {
  const of = commit === '' ? '' : `, of ${commit}`
  const when = `${at.replace('T', ' ')} UTC${of}; ${machine}; ${runtime}; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after.`
  const rows = figures.map(({ what, unit, summary, against, goal }) =>
    row([
      what,
      measured(summary.p50, unit),
      measured(summary.p95, unit),
      measured(summary.p99, unit),
      String(summary.count),
      against === undefined ? '' : `${measured(against.ratio, '×')} ${against.name}`,
      goal ?? '',
    ]),
  )
  const head = [row(['', 'p50', 'p95', 'p99', 'n', 'against', 'goal']), row(['---', '---:', '---:', '---:', '---:', '---', '---'])]
  return [`## ${suite}`, `${about} \`npm run bench -- ${suite}\``, when, [...head, ...rows].join('\n')].join('\n\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function measured(figure: number | null, unit: string): string {
  return figure === null ? '–' : `${short(figure)} ${unit}`
}
