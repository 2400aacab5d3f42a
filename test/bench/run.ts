import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { GiB } from '../../src/shared/units.ts'
import type { Figure } from './report.ts'
import type { Size } from './size.ts'

/** Null where the system does not tell. */
const figure = z.number().nullable()
const quantiles = { p50: figure, p95: figure, p99: figure, min: figure, max: figure }

/** One run of one suite: its figures, and all that one has to know to compare them with others. */
export const Run = z.object({
  suite: z.string(),
  /** ISO 8601, UTC, to the minute. */
  at: z.string(),
  /** The abbreviated id of what was measured; empty where nobody knows it. */
  commit: z.string(),
  machine: z.string(),
  runtime: z.string(),
  /** The system's load of one minute, before and after: above the number of processors, figures say little. */
  load: z.object({ before: z.number(), after: z.number() }),
  figures: z.array(
    z.object({
      suite: z.string(),
      what: z.string(),
      unit: z.string(),
      summary: z.object({ count: z.int(), ...quantiles }),
      against: z.object({ name: z.string(), ratio: figure }).optional(),
      goal: z.string().optional(),
    }),
  ),
})
export type Run = z.infer<typeof Run>

/** Runs a suite; what was seen of the whole of it is written beside those of other suites, in place of its last. */
export async function runOf(suite: string, size: Size, measure: (size: Size) => Promise<Figure[]>): Promise<Figure[]> {
  const at = new Date().toISOString().slice(0, 16)
  const before = loadNow()
  const figures = await measure(size)
  if (size === 'whole') {
    const electron = z.object({ name: z.string(), version: z.string() }).safeParse(JSON.parse(process.env['LATCH_ELECTRON'] ?? '{}')).data
    const run = {
      suite,
      at,
      commit: process.env['LATCH_COMMIT'] ?? '',
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / GiB)} GiB, ${process.platform}-${process.arch}`,
      runtime: [`Node ${process.version}`, ...(electron === undefined ? [] : [`${electron.name} ${electron.version}`])].join(', '),
      load: { before, after: loadNow() },
      figures,
    }
    await mkdir(runsFolder(), { recursive: true })
    await writeFile(join(runsFolder(), `${suite}.json`), JSON.stringify(run))
  }
  return figures
}

/** The newest run of each suite that was written here. */
export async function writtenRuns(): Promise<Run[]> {
  const names = await readdir(runsFolder()).catch(() => [])
  return Promise.all(names.map(async (name) => Run.parse(JSON.parse(await readFile(join(runsFolder(), name), 'utf8')))))
}

function runsFolder(): string {
  return join(process.env['LATCH_ARTIFACTS'] ?? 'artifacts', 'bench')
}

function loadNow(): number {
  return loadavg()[0] ?? Number.NaN
}
