import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex } from '../../../src/main/features/consensus/bytes.ts'
import { checkCertificate } from '../../../src/main/features/consensus/certificate.ts'
import { checkEvidence } from '../../../src/main/features/consensus/evidence.ts'
import type { Needs } from '../../../src/main/features/consensus/session.ts'
import type { Outcome } from '../../../src/main/features/consensus/state.ts'
import { ROUND, VALUES, World, type Player, type Schedule } from './model.ts'
import { anySchedule } from './schedules.ts'
import { standInVerify } from './stand-in.ts'

const SCHEDULES = Number(process.env['LATCH_SCHEDULES'] ?? 24_000)
// Another one for each run, and the same again with LATCH_SEED.
const seed = Number(process.env['LATCH_SEED'] ?? Date.now() % 2 ** 31)

/** What each property looked at, so that a model in which nothing happens does not pass for one in which all is well. */
const happened = { value: 0, nothing: 0, quorum: 0, rounds: 0, evidence: 0, certified: 0, returned: 0, split: 0, overruled: 0 }

const outcomeOf = (outcome: Outcome | null): string =>
  outcome === null ? 'none' : outcome.decision === 'nothing' ? 'nothing' : hex(outcome.value)

function check(world: World, schedule: Schedule): void {
  const { honest, session, players } = world
  const decisions = new Set(honest.map(({ state }) => outcomeOf(state.outcome)))

  // Termination, within t + 1 rounds of one's own clock.
  for (const { decidedAt, skew } of honest) {
    if (decidedAt === null || decidedAt > skew + (schedule.faults + 1) * ROUND) throw new Error('not decided in time')
  }
  if (decisions.size !== 1) throw new Error(`no agreement: ${[...decisions].join(', ')}`)
  const [decision = ''] = decisions

  // Validity.
  const leader = players[schedule.leader]
  if (leader?.kind === 'honest' && decision !== hex(VALUES[schedule.proposal] ?? new Uint8Array())) {
    throw new Error(`the honest leader's value was not decided: ${decision}`)
  }
  if (decision === hex(VALUES[3] ?? new Uint8Array())) throw new Error('a block that does not stand was decided')
  for (const player of players) if (player.kind !== 'false') checkOne(player, players, decision)

  // A certificate for what was decided, where there are enough honest ones to make it; and none for anything else.
  const canCertify = honest.length >= session.needs.commits && decision !== 'nothing'
  if (canCertify && honest.some(({ state }) => state.certificate === null)) throw new Error('no certificate')

  happened[decision === 'nothing' ? 'nothing' : 'value']++
  if (honest.some(({ state }) => state.outcome?.decision === 'value' && state.outcome.by === 'quorum')) happened.quorum++
  if (honest.some(({ state }) => state.outcome?.decision === 'value' && state.outcome.by === 'rounds')) happened.rounds++
  if (honest.some(({ state }) => state.pool.length === 2)) happened.split++
  // Two values, so nothing by the rounds alone; and a quorum that came in time for all.
  if (decision !== 'nothing' && honest.some(({ state }) => state.pool.length === 2)) happened.overruled++
}

function checkOne(player: Player, players: readonly Player[], decision: string): void {
  const { state, effects, charges, kind, seat } = player
  // One that crashed and came back as a witness may not know; what it knows is what the others decided.
  if (kind === 'crashing' && state.role === 'witness' && state.outcome !== null) {
    happened.returned++
    if (outcomeOf(state.outcome) !== decision) throw new Error('one that returned decided something else')
  }
  // Nobody honest is charged or accused.
  const isHonest = (by: number): boolean => players[by]?.kind !== 'false'
  for (const { from, why } of charges) if (isHonest(from)) throw new Error(`an honest one is charged: ${why}`)
  const evidence = effects.flatMap((effect) => (effect.effect === 'evidence' ? [effect.evidence] : []))
  for (const one of evidence) {
    happened.evidence++
    if (players[one.by]?.kind === 'honest') throw new Error(`evidence of an honest one: ${one.saying}`)
    if (checkEvidence(one, standInVerify).verdict !== 'proven') throw new Error('evidence that proves nothing')
  }
  // Whoever holds two values has the evidence.
  const { leader } = seat.session.facts
  if (state.pool.length === 2 && !evidence.some(({ by, saying }) => by === leader && saying === 'first')) {
    throw new Error('two values and no evidence')
  }
  for (const effect of effects) {
    if (effect.effect !== 'certified') continue
    happened.certified++
    if (kind === 'honest' && effect.standing === 'against') throw new Error('a certificate against the decision')
    if (checkCertificate(effect.certificate, seat.session, standInVerify).verdict !== 'valid') {
      throw new Error('a certificate that is none')
    }
  }
  if (effects.filter((effect) => effect.effect === 'signed' && effect.saying === 'first').length > 1) {
    throw new Error('two firsts of one validator')
  }
}

describe('over random schedules of delays, clocks, crashes and lies', () => {
  test(
    `all honest validators decide the same in t + 1 rounds (seed ${seed}, ${SCHEDULES} schedules)`,
    { timeout: 600_000 },
    () => {
      const run = fc.check(
        fc.property(anySchedule, (schedule) => check(new World(schedule).run(), schedule)),
        { seed, numRuns: SCHEDULES },
      )
      console.info(`consensus model: seed ${seed}, ${run.numRuns} schedules`, happened)
      expect(run.failed ? `${String(run.errorInstance)}\n${fc.defaultReportMessage(run)}` : '').toBe('')
      // Each of these is where something can go wrong; a model that never gets there proves nothing about it.
      for (const [what, times] of Object.entries(happened)) expect(times, what).toBeGreaterThan(50)
    },
  )
})

describe('the model finds what is wrong', () => {
  const broken: readonly [string, (needs: Needs) => Needs][] = [
    ['a value taken with a signature too few', (needs) => ({ ...needs, signatures: (round) => round - 1 })],
    ['a round too few', (needs) => ({ ...needs, rounds: needs.rounds - 1 })],
    ['a quorum of t + 1', (needs) => ({ ...needs, firsts: needs.commits })],
    ['a quorum that counts in any round without having been passed on', (needs) => ({ ...needs, passed: () => 0 })],
    ['a quorum that counts with a commit too few', (needs) => ({ ...needs, passed: (round) => round - 2 })],
    ['a certificate of t commits', (needs) => ({ ...needs, commits: needs.commits - 1 })],
  ]
  test.each(broken)('%s', { timeout: 60_000 }, (_what, needs) => {
    const run = fc.check(
      fc.property(anySchedule, (schedule) => check(new World(schedule, needs).run(), schedule)),
      { seed: 5, numRuns: SCHEDULES, endOnFailure: true },
    )
    expect(run.failed).toBe(true)
  })
})
