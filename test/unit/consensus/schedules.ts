import fc from 'fast-check'
import { ROUND, type Act, type Schedule } from './model.ts'

const act: fc.Arbitrary<Act> = fc.record({
  round: fc.nat(3),
  tick: fc.nat(ROUND),
  from: fc.nat(2),
  target: fc.nat(6),
  alsoTo: fc.nat(127),
  kind: fc.constantFrom('value' as const, 'value' as const, 'quorum' as const, 'commit' as const),
  value: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3),
  signers: fc.oneof(fc.nat(127), fc.constant(127)),
  seconds: fc.oneof(fc.constant(0), fc.nat(127)),
  committers: fc.oneof(fc.nat(127), fc.constant(127)),
  lie: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'forged' as const,
        'twice' as const,
        'another block' as const,
        'another session' as const,
        'no block' as const,
      ),
    },
  ),
})

const crash = fc.record({ tick: fc.nat(4 * ROUND), reaches: fc.nat(127), returns: fc.nat(2 * ROUND) })

/** n = 4 … 7, t = 1 … 3, with as many false ones; which of them lead, crash or lie is drawn. */
export const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  validators: fc.integer({ min: 4, max: 7 }),
  faults: fc.integer({ min: 1, max: 3 }),
  leader: fc.nat(3),
  falseOnes: fc.nat(127),
  crashes: fc.array(crash, { maxLength: 2 }),
  proposal: fc.nat(2),
  maxSkew: fc.constantFrom(0, 10, 40),
  skews: fc.array(fc.nat(40), { minLength: 7, maxLength: 7 }),
  delays: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 }),
  acts: fc.array(act, { maxLength: 10 }),
})
