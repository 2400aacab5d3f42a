import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { acquainted, bytes, town, type Resident, type Town } from './mail-town.ts'

/*
 * Whatever happens to those who write, hold and fetch, within the week that letters are held: what was said to be held comes,
 * and is taken once.
 */

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const RUNS = Number(process.env['RUNS'] ?? 25)

type Step =
  | { readonly kind: 'write'; readonly count: number; readonly bytes: number }
  | { readonly kind: 'collect' | 'fail' | 'meet' | 'bea restarts' | 'both fetch at once' }
  | { readonly kind: 'a holder restarts' | 'a holder goes and comes'; readonly which: 0 | 1 }
  | { readonly kind: 'time'; readonly ms: number }

const which = fc.constantFrom<0 | 1>(0, 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 9 }), bytes: fc.constantFrom(1, 1_500, 9_000, 70_000) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('collect' as const, 'fail' as const, 'meet' as const, 'bea restarts' as const, 'both fetch at once' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('a holder restarts' as const, 'a holder goes and comes' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(MINUTE, HOUR, DAY / 2) }) },
)

async function again(where: Town, who: Resident): Promise<Resident> {
  const { name, deviceKey, account, database, introducers } = who
  await who.leave()
  const back = await where.resident(name, { deviceKey, account, database })
  back.introducers = introducers
  return back
}

async function history(steps: readonly Step[]): Promise<void> {
  const where = town()
  try {
    const ann = await where.resident('Ann')
    const holders = [await where.resident('Ivy'), await where.resident('Ida')] as [Resident, Resident]
    let bea = await where.resident('Bea')
    const taken: string[] = []
    const held: string[] = []
    let written = 0
    let fails = 0
    const takes = (): void => {
      bea.introducers = holders.map(({ peerId }) => peerId)
      bea.take = async (letter) => {
        if (fails > 0 && fails-- > 0) throw new Error('the disk is full')
        taken.push(Buffer.from(letter.bytes).toString().trim())
        return 'taken'
      }
    }
    await acquainted(where, ann, bea, holders[0])
    takes()
    bea.mailbox.introducersChanged()
    await where.until('both hold', () => bea.mailbox.status().holders.filter(({ state }) => state === 'held').length === 2)
    for (const one of steps) {
      switch (one.kind) {
        case 'write':
          for (let at = 0; at < one.count; at++) {
            const text = `letter ${++written}`
            const { outcome } = await ann.mailbox.deliver(bea.peerId, bytes(text.padEnd(one.bytes)))
            if (outcome === 'held') held.push(text)
          }
          break
        case 'collect':
          await bea.mailbox.collect()
          break
        case 'both fetch at once':
          await Promise.all([bea.mailbox.collect(), bea.mailbox.collect()])
          break
        case 'fail':
          fails = 2
          break
        case 'meet':
          await where.meet(ann, bea)
          await where.clock.advance(300)
          break
        case 'bea restarts':
          bea = await again(where, bea)
          takes()
          break
        case 'a holder restarts':
          holders[one.which] = await again(where, holders[one.which])
          break
        case 'a holder goes and comes':
          await where.part(bea, holders[one.which])
          await where.meet(bea, holders[one.which])
          break
        case 'time':
          where.clock.jump(one.ms)
          await where.clock.advance(MINUTE)
      }
    }
    fails = 0
    for (let tries = 0; tries < 3; tries++) {
      await bea.mailbox.collect()
      await where.clock.advance(MINUTE)
    }
    expect(new Set(taken)).toEqual(new Set(held))
    expect(taken).toHaveLength(held.length)
    expect(holders.flatMap((holder) => holder.mailbox.status().held).every(({ letters }) => letters === 0)).toBe(true)
  } finally {
    await where.close()
  }
}

test(`what was held comes once, whatever happens (seed ${SEED})`, { timeout: 120_000 }, async () => {
  // At most 12 half days: within what is held, and the life of the weekly key.
  const histories = fc.array(step, { minLength: 4, maxLength: 24 }).filter((steps) => steps.filter(({ kind }) => kind === 'time').length <= 12)
  await fc.assert(fc.asyncProperty(histories, history), { numRuns: RUNS, seed: SEED })
})
