import { hex } from '../../../src/main/features/consensus/bytes.ts'
import { checkCertificate } from '../../../src/main/features/consensus/certificate.ts'
import { checkEvidence } from '../../../src/main/features/consensus/evidence.ts'
import type { Outcome } from '../../../src/main/features/consensus/state.ts'
import { ROUND, VALUES, type Player, type Schedule, type World } from './model.ts'

/** What the schedules led to, so that a model in which nothing happens does not pass for one in which all is well. */
export const noneHappened = () => ({
  value: 0,
  nothing: 0,
  quorum: 0,
  rounds: 0,
  evidence: 0,
  certified: 0,
  returned: 0,
  split: 0,
  overruled: 0,
})
export type Happened = ReturnType<typeof noneHappened>

const outcomeOf = (outcome: Outcome | null): string =>
  outcome === null ? 'none' : outcome.decision === 'nothing' ? 'nothing' : hex(outcome.value)

/** All that must hold of one slot that was played to its end. Throws what does not. */
export function check(world: World, schedule: Schedule, happened: Happened): void {
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
  for (const player of players) if (player.kind !== 'false') checkOne(player, players, decision, happened)

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

function checkOne(player: Player, players: readonly Player[], decision: string, happened: Happened): void {
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
    if (isHonest(one.by)) throw new Error(`evidence of an honest one: ${one.saying}`)
    if (checkEvidence(one, seat.verify).verdict !== 'proven') throw new Error('evidence that proves nothing')
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
    if (checkCertificate(effect.certificate, seat.session, seat.verify).verdict !== 'valid') {
      throw new Error('a certificate that is none')
    }
  }
  if (effects.filter((effect) => effect.effect === 'signed' && effect.saying === 'first').length > 1) {
    throw new Error('two firsts of one validator')
  }
}

