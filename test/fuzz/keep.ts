import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Branches, filesIn, type Fuzz, nameOf } from './branches.ts'
import type { Job } from './engine.ts'

/** What is kept of one target: small enough that all of them together stay below a megabyte. */
const MAX_KEPT_BYTES = 24 * 1_024
const MAX_KEPT_INPUT_BYTES = 3 * 1_024

/** Keeps, of what was found, the smallest inputs that take every branch; and all that ever broke something. */
async function main({ target, working, kept }: Job): Promise<void> {
  const { fuzz } = createRequire(import.meta.url)(target) as { fuzz: Fuzz }
  const before = filesIn(kept)
  const all = new Map([...filesIn(working), ...before])
  const branches = new Branches('branches')
  const bySize = [...all].filter(([name]) => !name.startsWith('found-')).toSorted(([, a], [, b]) => a.byteLength - b.byteLength)
  let bytes = 0
  const chosen: Buffer[] = []
  for (const [, data] of bySize) {
    if (data.byteLength > MAX_KEPT_INPUT_BYTES || bytes + data.byteLength > MAX_KEPT_BYTES) continue
    if (!(await branches.goesFurther(fuzz, data))) continue
    chosen.push(data)
    bytes += data.byteLength
  }
  // Written first: where it ends half-way, more is kept than has to be, and not less.
  for (const data of chosen) writeFileSync(join(kept, nameOf(data)), data)
  const names = new Set(chosen.map(nameOf))
  for (const name of before.keys()) if (!name.startsWith('found-') && !names.has(name)) rmSync(join(kept, name))
  console.log(JSON.stringify({ inputs: chosen.length, bytes, branches: branches.size }))
}

void main(JSON.parse(process.argv[2] ?? '{}') as Job).then(() => process.exit(0))
