import { loadavg } from 'node:os'
import type { Fact, PartName } from './facts.ts'

/** Says what was measured, as it is. */
export type Report = (what: string, figures: Readonly<Record<string, number>>) => void

/** Of one run; each fact goes to `say` with the load of the machine, rounded to what can be meant. */
export function reporting(run: { part: PartName; seed: number; nodes: number }, say: (fact: Fact) => void): Report {
  return (what, figures) => {
    const rounded = Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, Math.round(figure * 1_000) / 1_000]))
    say({ ...run, what, figures: rounded, load: Math.round((loadavg()[0] ?? 0) * 10) / 10 })
  }
}
