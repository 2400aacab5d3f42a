import fc from 'fast-check'
import { expect, test } from 'vitest'
import { step, type Step } from './model-steps.ts'
import { Walk } from './model-walk.ts'

/** Two hundred and forty times five hundred: with walks of all lengths, never less than 100,000 in all. */
const WALKS = 240
const MAX_STEPS = 1_000
/** How long a walk that failed is made shorter, before it is told. */
const SHORTEN_FOR_MS = 30_000

/** Of a run that failed: `LATCH_DOOR_SEED=… vitest run --project=unit test/unit/door/model.test.ts` is the same. */
const given = process.env['LATCH_DOOR_SEED']

/** Of all lengths, as often as each other. */
const walks = fc.noBias(fc.array(step, { minLength: 1, maxLength: MAX_STEPS, size: 'max' }))

interface Gone {
  readonly steps: readonly Step[]
  readonly admissions: number
  readonly error: unknown
}

/** As far as it goes without a fault. */
async function go(start: number, all: readonly Step[]): Promise<Gone> {
  const walk = await Walk.begin(start)
  let gone = 0
  try {
    for (const each of all) {
      gone++
      await walk.step(each)
    }
    await walk.end()
    return { steps: all, admissions: walk.admissions, error: null }
  } catch (error) {
    return { steps: all.slice(0, gone), admissions: walk.admissions, error }
  }
}

/** Without all that it fails without: half of it at once, then less and less. */
async function shortened(start: number, failed: Gone): Promise<Gone> {
  const endMs = performance.now() + SHORTEN_FOR_MS
  let shortest = failed
  for (let size = Math.ceil(failed.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < shortest.steps.length && performance.now() < endMs; ) {
      const steps = [...shortest.steps.slice(0, from), ...shortest.steps.slice(from + size)]
      const again = await go(start, steps)
      if (again.error === null) from += size
      else shortest = again
    }
  }
  return shortest
}

test('nothing that happens lets anybody in without a rule, an answer or a default that does', async () => {
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given)
  console.info(`the door against its model: LATCH_DOOR_SEED=${seed}`)
  let [steps, admissions] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.nat(), walks, async (start, all) => {
      const gone = await go(start, all)
      steps += gone.steps.length
      admissions += gone.admissions
      if (gone.error === null) return
      const { steps: few, error } = await shortened(start, gone)
      const story = [`LATCH_DOOR_SEED=${seed}, of which this is enough, begun at ${start}:`, ...few]
      const lines = story.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
      throw new Error(lines.join('\n'), { cause: error })
    }),
    { seed, numRuns: WALKS, endOnFailure: true },
  )
  console.info(`${steps} steps, ${admissions} times somebody was let in`)
  expect(steps).toBeGreaterThanOrEqual(100_000)
  expect(admissions).toBeGreaterThan(steps / 50)
}, 180_000)
