import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LedgerTown } from '../../helpers/ledger-town.ts'

const NAMES = ['leader', 'bob', 'carol', 'dan']
const RUNS = Number(process.env['LATCH_LEDGER_SCHEDULES'] ?? 6)

type Step =
  | { readonly step: 'live'; readonly slots: number }
  | { readonly step: 'claim'; readonly to: number }
  | { readonly step: 'cut'; readonly side: number }
  | { readonly step: 'heal' }
  | { readonly step: 'crash'; readonly who: number; readonly offsetMs: number }
  | { readonly step: 'boot' }

const who = fc.nat(NAMES.length - 1)
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ step: fc.constant('live' as const), slots: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 4, arbitrary: fc.record({ step: fc.constant('claim' as const), to: who }) },
    // One of four, or two.
    { weight: 1, arbitrary: fc.record({ step: fc.constant('cut' as const), side: fc.constantFrom(1, 2, 4, 8, 3, 5, 6) }) },
    { weight: 2, arbitrary: fc.constant({ step: 'heal' as const }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('crash' as const), who, offsetMs: fc.integer({ min: -300, max: 1_400 }) }) },
    { weight: 2, arbitrary: fc.constant({ step: 'boot' as const }) },
  ),
  { minLength: 6, maxLength: 14 },
)
const links = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 16, maxLength: 16 })
const skews = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 })

async function run(town: LedgerTown, plan: readonly Step[]): Promise<void> {
  const away = new Set<string>()
  const returned = async (): Promise<void> => {
    for (const name of away) await town.boot(name)
    away.clear()
    await town.net.connect()
  }
  let claims = 0
  for (const step of plan) {
    switch (step.step) {
      case 'live':
        await town.slots(step.slots)
        break
      case 'claim': {
        const to = NAMES[step.to] ?? ''
        if (!away.has(to)) await town.claim(to, `claimant ${claims++}`, 'anything')
        break
      }
      case 'cut':
        await town.net.cut(...NAMES.filter((_name, index) => ((step.side >> index) & 1) === 1))
        break
      case 'heal':
        await town.net.heal()
        break
      case 'crash': {
        const name = NAMES[step.who] ?? ''
        if (away.has(name)) break
        await town.to(town.nextSlot, step.offsetMs)
        await town.crash(name)
        away.add(name)
        break
      }
      case 'boot':
        await returned()
        break
    }
  }
  await town.net.heal()
  await returned()
  await town.slots(3)
  // Somebody still has something to say.
  await town.claim('bob', 'the last one', 'anything')
  await town.slots(5)
}

/** Of a schedule that failed before, as fast-check printed it. */
const path = process.env['LATCH_PATH']
const seed = Number(process.env['LATCH_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

test(`whatever is cut, slow and down for a while: one chain at last, and nobody signed two values (seed ${seed}, ${RUNS} schedules)`, async () => {
  console.info(`ledger schedules: seed ${seed}, ${RUNS}`)
  await fc.assert(
    fc.asyncProperty(steps, links, skews, async (plan, linksMs, skewsMs) => {
      const town = await LedgerTown.of({ validators: NAMES, faults: 1 })
      try {
        for (const [index, name] of NAMES.entries()) town.net.skewsMs.set(name, skewsMs[index] ?? 0)
        town.net.linkMs = (from, to) => linksMs[NAMES.indexOf(from) * 4 + NAMES.indexOf(to)] ?? 0
        await run(town, plan)
        expect(town.heads()).toHaveLength(1)
        expect(town.chainOf('bob').length).toBeGreaterThan(0)
        for (const { ledger, node } of town.all) {
          expect(ledger.evidence()).toEqual([])
          expect(node.offences).toEqual([])
          const [report] = await ledger.validate(1, [])
          expect(report?.result.outcome).toBe('whole')
        }
      } finally {
        await town.close()
      }
    }),
    { seed, numRuns: RUNS, endOnFailure: true, ...(path === undefined ? {} : { path }) },
  )
}, 240_000)
