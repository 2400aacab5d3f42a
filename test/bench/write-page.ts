import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newest, page } from './page.ts'
import { Run, writtenRuns } from './run.ts'
import { suites } from './suites/index.ts'

/* What was measured here takes the place of what docs/benchmarks.json had of the same suites, and the page is written anew. */
const docs = join(import.meta.dirname, '../../docs')
const kept = await readFile(join(docs, 'benchmarks.json'), 'utf8').catch(() => '[]')
const runs = newest([...Run.array().parse(JSON.parse(kept)), ...(await writtenRuns())], Object.keys(suites))
await writeFile(join(docs, 'benchmarks.json'), `[\n${runs.map((run) => JSON.stringify(run)).join(',\n')}\n]\n`)
await writeFile(join(docs, 'benchmarks.md'), page(runs, suites))
console.log(`docs/benchmarks.md has ${runs.map(({ suite }) => suite).join(', ')}`)
// The suites have opened what only their end closes.
process.exit(0)
