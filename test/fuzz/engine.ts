import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { Dice } from '../unit/ledger/mutate.ts'
import { Branches, filesIn, type Fuzz, nameOf } from './branches.ts'
import { mutate } from './mutate.ts'

/*
 * A fuzzer for where the library's does not load: it keeps what takes a branch that nothing took before, or takes one as
 * often as nothing did, and bends that further.
 */

export interface Job {
  /** The bundled target. */
  readonly target: string
  /** What is worth going on from lies here, with what was found in earlier runs. */
  readonly working: string
  /** What the project keeps; what breaks a target is put there too. */
  readonly kept: string
  readonly words: string
  readonly seconds: number
}

const MAX_INPUT_BYTES = 8_192
/** Of those found last: where something new was found, there is often more. */
const NEWEST = 32
const FOUND = 77

async function main({ target, working, kept, words: wordsFile, seconds }: Job): Promise<number> {
  const { fuzz } = createRequire(import.meta.url)(target) as { fuzz: Fuzz }
  const seed = Number(process.env['LATCH_FUZZ_SEED'] ?? randomInt(2 ** 31))
  const dice = new Dice(seed)
  const words = JSON.parse(readFileSync(wordsFile, 'utf8')) as string[]
  const branches = new Branches('counts')
  const pool: Buffer[] = []
  let runs = 0
  const end = performance.now() + seconds * 1_000

  async function fine(data: Buffer): Promise<boolean> {
    runs += 1
    try {
      if (!(await branches.goesFurther(fuzz, data))) return true
      pool.push(data)
      writeFileSync(join(working, nameOf(data)), data)
      return true
    } catch (error) {
      const path = join(kept, `found-${nameOf(data)}`)
      writeFileSync(path, data)
      console.error(`seed ${seed}, input ${path}\n${error instanceof Error ? error.stack : String(error)}`)
      return false
    }
  }

  for (const data of [Buffer.alloc(0), ...filesIn(kept).values(), ...filesIn(working).values()]) if (!(await fine(data))) return FOUND
  while (performance.now() < end) {
    const newest = pool.at(-1 - dice.roll(Math.min(NEWEST, pool.length)))
    const base = dice.roll(2) === 0 || newest === undefined ? dice.pick(pool) : newest
    if (!(await fine(mutate(base, dice, pool, words, MAX_INPUT_BYTES)))) return FOUND
  }
  console.log(JSON.stringify({ seed, runs, branches: branches.size, inputs: pool.length }))
  return 0
}

void main(JSON.parse(process.argv[2] ?? '{}') as Job).then((code) => process.exit(code))
