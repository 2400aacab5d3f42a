import { appendFile, mkdir } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MINUTE } from '../../src/shared/units.ts'
import { table } from './report.ts'
import { soak } from './soak.ts'

/*
 * npm run soak [-- --minutes 10] [--seed N] [--guests 3]: whole nodes that talk, send files, claim names and open pages while
 * some of them stop and are killed. A table to standard output, a line of JSON to artifacts/soak.jsonl; ends with 1 where
 * anything was lost, doubled or out of order, or where something grew.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' }, guests: { type: 'string', default: '3' } },
})
const [minutes, guests] = [Number(values.minutes), Number(values.guests)]
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
if (!(minutes > 0 && minutes <= 60 * 24 * 7) || !Number.isSafeInteger(seed) || !(guests >= 1 && guests <= 16)) {
  console.error('npm run soak -- --minutes <number> [--seed <whole number>] [--guests <1 to 16>]')
  process.exit(2)
}

let toldMs = 0
const say = (line: string): void => {
  if (performance.now() - toldMs < MINUTE / 2) return
  toldMs = performance.now()
  console.error(`${new Date().toISOString().slice(11, 19)}  ${line}`)
}
console.error(`${minutes} minutes, seed ${seed}`)
const result = await soak({ forMs: minutes * MINUTE, seed, guests, say })
const machine = { processors: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version, load: loadavg() }
console.log(table(result, machine))
const artifacts = process.env['LATCH_ARTIFACTS'] ?? 'artifacts'
await mkdir(artifacts, { recursive: true })
await appendFile(join(artifacts, 'soak.jsonl'), `${JSON.stringify({ minutes, guests, machine, ...result })}\n`)
process.exit(result.problems.length > 0 || result.figures.some(({ verdict }) => verdict === 'grows') ? 1 : 0)
