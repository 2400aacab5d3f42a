import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mutate } from '../../fuzz/mutate.ts'
import { Dice } from '../ledger/mutate.ts'

const folder = fileURLToPath(new URL('../../fuzz', import.meta.url))
const names = readdirSync(join(folder, 'targets')).map((name) => basename(name, '.ts'))

/** Of each target; `npm run fuzz` makes millions. */
const MUTATIONS = 15
const MAX_INPUT_BYTES = 8_192
/** What all that is kept may weigh in the project. */
const MAX_CORPUS_BYTES = 1_000_000
const WORDS = ['__proto__', 'constructor', 'kind', 'status', 'v', 'as', '..', '\u202e', '/p2p-circuit', 'k51', '12D3KooW']

function kept(name: string): Buffer[] {
  const at = join(folder, 'corpus', name)
  return readdirSync(at).map((file) => readFileSync(join(at, file)))
}

describe('what a stranger can send', () => {
  test.each(names)('to %s holds for every input that is kept, and for others like it', async (name) => {
    const { fuzz } = (await import(`../../fuzz/targets/${name}.ts`)) as { fuzz: (data: Buffer) => Promise<void> }
    const inputs = kept(name)
    // Git keeps no empty folder, and mutations of nothing are nothing.
    expect(inputs.length).toBeGreaterThan(0)
    for (const data of inputs) await expect(fuzz(data)).resolves.toBeUndefined()
    const pool = [Buffer.alloc(0), ...inputs]
    const property = fc.asyncProperty(fc.nat(), async (seed) => {
      const dice = new Dice(seed)
      await fuzz(mutate(dice.pick(pool), dice, pool, WORDS, MAX_INPUT_BYTES))
    })
    await fc.assert(property, { numRuns: MUTATIONS })
  })
})

test('what is kept of all targets is below a megabyte, and nothing is kept of a target that is gone', () => {
  const folders = readdirSync(join(folder, 'corpus'))
  expect(folders.toSorted()).toEqual(names.toSorted())
  const bytes = folders.flatMap(kept).reduce((sum, data) => sum + data.byteLength, 0)
  expect(bytes).toBeLessThan(MAX_CORPUS_BYTES)
})
