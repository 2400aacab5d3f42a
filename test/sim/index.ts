import { spawn } from 'node:child_process'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MINUTE } from '../../src/shared/units.ts'
import { PARTS, type Fact, type PartName } from './facts.ts'
import { pageOf, plotsOf } from './page.ts'

/*
 * npm run sim [-- part…] [--nodes 1000] [--seed 1] [--quick] [--page]: networks in one process each, measured. JSON lines are
 * added to artifacts/sim.jsonl; docs/scale.md and its plots are written from all of the newest lines in that file. `--quick`: a
 * little of each, and no page. `--page`: only the page, from what was measured before.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { nodes: { type: 'string' }, seed: { type: 'string', default: '1' }, quick: { type: 'boolean', default: false }, page: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !PARTS.includes(name as PartName))
if (unknown.length > 0) {
  console.error(`no part ${unknown.join(', ')}; there are ${PARTS.join(', ')}`)
  process.exit(2)
}

/** Each has as many as it can have in a process and some minutes. */
const SIZES: Record<PartName, readonly number[]> = {
  dht: [50, 100, 200, 500, 1_000],
  grown: [50, 100],
  gossip: [50, 100, 200],
  introducers: [50, 100],
  walk: [1_000, 10_000, 100_000, 1_000_000],
}
const QUICK: Record<PartName, number> = { dht: 40, grown: 20, gossip: 30, introducers: 20, walk: 1_000 }
/** A run that takes longer is ended, and what it said until then counts. */
const RUN_MS = 8 * MINUTE

const artifacts = process.env['LATCH_ARTIFACTS'] ?? 'artifacts'
const lines = join(artifacts, 'sim.jsonl')
const root = join(import.meta.dirname, '..', '..')

async function run(part: PartName, nodes: number): Promise<void> {
  console.error(`${part}: ${nodes} nodes, seed ${values.seed}`)
  const args = ['--no-warnings', '--expose-gc', '--max-semi-space-size=64', join(import.meta.dirname, 'part.ts'), part, String(nodes), values.seed, values.quick ? 'quick' : 'whole']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: RUN_MS })
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => process.stdout.write(text))
  let said = ''
  child.stdout.on('data', (text: string) => (said += text))
  await new Promise<void>((resolve, reject) => child.on('error', reject).on('close', () => resolve()))
  await appendFile(lines, said)
}

await mkdir(artifacts, { recursive: true })
if (!values.page) {
  const parts = positionals.length > 0 ? (positionals as PartName[]) : PARTS
  for (const part of parts) {
    const sizes = values.nodes !== undefined ? [Number(values.nodes)] : values.quick ? [QUICK[part]] : SIZES[part]
    for (const nodes of sizes) await run(part, nodes)
  }
}
if (!values.quick) {
  const facts = (await readFile(lines, 'utf8')).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Fact)
  await mkdir(join(root, 'docs', 'images'), { recursive: true })
  for (const [name, svg] of plotsOf(facts)) await writeFile(join(root, 'docs', 'images', name), svg)
  await writeFile(join(root, 'docs', 'scale.md'), pageOf(facts))
}
