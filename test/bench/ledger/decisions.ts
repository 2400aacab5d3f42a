import { systemClock } from '../../../src/main/platform/clock.ts'
import { delay } from '../../../src/main/platform/clock.ts'
import { KiB } from '../../../src/shared/units.ts'
import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'
import { openValidators } from './validators.ts'

/** Δ of every case: what a network of our own has by default. */
const ROUND_MS = 500
const SLOTS = 20
/** The first finds its channels closed: they are opened by the first message. */
const WARM_UP = 3
/** Of some ten entries. */
const BLOCK_BYTES = 4 * KiB
/** For the frames of a slot to be over before the next one begins. */
const BETWEEN_MS = 150

const CASES = [
  { validators: 4, faults: 1 },
  { validators: 7, faults: 2 },
  { validators: 16, faults: 5 },
]

/**
 * From the slot's start until a validator has decided, for each of them; beside what the rounds alone would take, (t + 1)Δ.
 * All in one process, on loopback and over links of 25 ms each way: the processor's share of it is that of all of them.
 */
export async function decisions(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const oneWayMs of [0, 25]) for (const of of CASES) figures.push(...(await measured({ ...of, oneWayMs })))
  return figures
}

async function measured(of: { validators: number; faults: number; oneWayMs: number }): Promise<Figure[]> {
  const town = await openValidators(of.validators, of.faults, of.oneWayMs)
  const [each, last, certified]: [number[], number[], number[]] = [[], [], []]
  const [frames, bytes]: [number[], number[]] = [[], []]
  try {
    await delay(systemClock, 1.2 * ROUND_MS)
    for (let slot = 1; slot <= SLOTS + WARM_UP; slot++) {
      const before = { ...town.traffic }
      const block = new Uint8Array(BLOCK_BYTES).fill(slot)
      const { decidedMs, certifiedMs } = await town.decide(slot, systemClock.nowMs() + BETWEEN_MS, ROUND_MS, block)
      await delay(systemClock, BETWEEN_MS)
      if (slot <= WARM_UP) continue
      each.push(...decidedMs)
      last.push(Math.max(...decidedMs))
      certified.push(Math.max(...certifiedMs))
      frames.push(town.traffic.frames - before.frames)
      bytes.push((town.traffic.bytes - before.bytes) / KiB)
    }
  } finally {
    await town.close()
  }
  const boundMs = (of.faults + 1) * ROUND_MS
  const bound = summarize([boundMs])
  const where = of.oneWayMs === 0 ? 'loopback' : `links of ${of.oneWayMs} ms`
  const name = `n = ${of.validators}, t = ${of.faults}, ${where}`
  const against = (figure: number) => ({ against: { name: `the bound of ${boundMs} ms`, ratio: figure / boundMs } })
  const told = (what: string, list: readonly number[], unit: Figure['unit']): Figure => {
    return { suite: 'ledger', what: `${name}: ${what}`, unit, summary: summarize(list) }
  }
  return [
    { ...told('a validator has decided', each, 'ms'), ...against(summarize(each).p50), goal: `< ${bound.p50} ms` },
    { ...told('all have', last, 'ms'), ...against(summarize(last).p50) },
    { ...told('all hold a certificate', certified, 'ms'), ...against(summarize(certified).p50) },
    told('frames of a decision', frames, 'frames'),
    told('bytes of a decision', bytes, 'KiB'),
  ]
}
