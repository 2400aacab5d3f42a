import { cpus, loadavg } from 'node:os'
import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { jsonLines, table, type Figure } from './report.ts'
import { runOf } from './run.ts'
import type { Size } from './size.ts'
import { suites } from './suites/index.ts'

/*
 * npm run bench [suite…] [-- --quick]: figures, beside what they are measured against in the same run. JSON lines are added
 * to artifacts/bench.jsonl, the table to standard output. `--quick`: a little of each, where a suite knows what that is.
 */
const size: Size = process.argv.includes('--quick') ? 'quick' : 'whole'
const asked = process.argv.slice(2).filter((word) => word !== '--quick')
const unknown = asked.filter((name) => !Object.hasOwn(suites, name))
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}`)
  process.exit(2)
}

const load = (): string => loadavg().map((one) => one.toFixed(1)).join(' ')
const loadBefore = load()
const figures: Figure[] = []
for (const [name, suite] of Object.entries(suites)) {
  const isByItself = suite.inWindow !== true && suite.inOther !== true
  if (asked.includes(name) || (asked.length === 0 && isByItself)) figures.push(...(await runOf(name, size, suite.run)))
}
const { length } = cpus()
console.log(`${length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}; load average ${loadBefore} before, ${load()} after\n`)
console.log(table(figures))
const artifacts = process.env['LATCH_ARTIFACTS'] ?? 'artifacts'
await mkdir(artifacts, { recursive: true })
await appendFile(join(artifacts, 'bench.jsonl'), jsonLines(figures))
process.exit(0)
