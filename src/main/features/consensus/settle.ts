import type { Signature, Vote } from '../../protocols/consensus/index.ts'
import { same } from './bytes.ts'
import { nameOf, pairsOf, type Said } from './evidence.ts'
import { signedBytes, type Saying } from './session.ts'
import type { Commit, Effect, Outcome, PoolEntry, Quorum, Seat, State } from './state.ts'

/** What follows from what is known now: a quorum, a decision, a certificate, evidence. */
export interface Settled {
  readonly state: State
  readonly effects: readonly Effect[]
}

/** `extra` are signatures that verified and are not kept. */
export function settle(seat: Seat, known: State, round: number, extra: readonly Said[] = []): Settled {
  const effects: Effect[] = []
  let state = known
  if (state.quorum === null) {
    const entry = state.pool.find(({ signatures }) => firstsOf(signatures).length >= seat.session.needs.firsts)
    if (entry !== undefined) state = { ...state, quorum: quorumOf(seat, entry, firstsOf(entry.signatures)) }
  }
  if (countsNow(seat, state, round)) {
    const decided = decide(seat, state, { ...state.quorum, decision: 'value', by: 'quorum' })
    state = decided.state
    effects.push(...decided.effects)
  }
  const certified = certify(seat, state)
  const accused = accuse(seat, certified.state, extra)
  return { state: accused.state, effects: [...effects, ...certified.effects, ...accused.effects] }
}

export function quorumOf(
  seat: Seat,
  { value, payload }: Pick<PoolEntry, 'value' | 'payload'>,
  firsts: readonly Signature[],
): Quorum {
  return { value, payload, firsts, judgement: seat.judge(payload, value) }
}

/** Decides; a voter who decided a value commits to it and tells all, with the quorum where that was the reason. */
export function decide(seat: Seat, state: State, outcome: Outcome): Settled {
  const decided: Effect = { effect: 'decided', outcome: outcomeOf(outcome) }
  const { me, session } = seat
  if (outcome.decision === 'nothing' || outcome.by === 'certificate' || outcome.payload === null || me === null) {
    return { state: { ...state, outcome: decided.outcome }, effects: [decided] }
  }
  const { value, payload } = outcome
  const mine = { by: me, signature: seat.sign(signedBytes('commit', session.id, value)) }
  const commits: readonly Commit[] = [...state.commits, { ...mine, value }]
  const told = { session: session.id, value, commits: commitsOf(commits, value) }
  const firsts = state.quorum !== null && outcome.by === 'quorum' ? state.quorum.firsts : null
  const message =
    firsts === null
      ? { kind: 'commit' as const, ...told }
      : { kind: 'quorum' as const, ...told, firsts: [...firsts], payload: null }
  const holders = [...(firsts ?? []), ...(state.pool.find((entry) => same(entry.value, value))?.signatures ?? [])]
  return {
    state: { ...state, commits, outcome: decided.outcome },
    effects: [
      { effect: 'signed', saying: 'commit', value },
      { effect: 'send', message, payload, lacking: othersThan(seat, holders) },
      { effect: 'noted', by: me, saying: 'commit', value },
      decided,
    ],
  }
}

/** Those who have not shown, by signing, that they hold the payload; without ourselves. */
export function othersThan({ me, session }: Seat, holders: readonly Signature[]): number[] {
  const has = new Set([me, ...holders.map(({ by }) => by)])
  return session.facts.validators.map((_key, index) => index).filter((index) => !has.has(index))
}

export function firstsOf(signatures: readonly Vote[]): Signature[] {
  return signatures.filter(({ place }) => place === 1).map(({ by, signature }) => ({ by, signature }))
}

export function commitsOf(commits: readonly Commit[], value: Uint8Array): Signature[] {
  return commits.filter((one) => same(one.value, value)).map(({ by, signature }) => ({ by, signature }))
}

/** How far a quorum has been passed on: commits of others than the leader, who may be in league with whoever made it. */
export function passedOn(seat: Seat, commits: readonly Signature[]): number {
  return commits.filter(({ by }) => by !== seat.session.facts.leader).length
}

function countsNow(seat: Seat, state: State, round: number): state is State & { quorum: Quorum } {
  const { quorum, commits, outcome, isOver, role } = state
  if (quorum === null || outcome !== null || isOver || role === 'witness') return false
  if (quorum.judgement.verdict === 'invalid') return false
  return passedOn(seat, commitsOf(commits, quorum.value)) >= seat.session.needs.passed(round)
}

function certify(seat: Seat, state: State): Settled {
  if (state.certificate !== null) return { state, effects: [] }
  const enough = state.commits.find(
    ({ value }) => commitsOf(state.commits, value).length >= seat.session.needs.commits,
  )
  if (enough === undefined) return { state, effects: [] }
  const { value } = enough
  const certificate = { value, commits: commitsOf(state.commits, value) }
  const effects: Effect[] = []
  let { outcome } = state
  if (outcome === null) {
    const payload = [...state.pool, state.quorum].find((entry) => entry && same(entry.value, value))?.payload ?? null
    outcome = { decision: 'value', value, payload, by: 'certificate' }
    // Our own commit will not come, and somebody may count on it.
    const message = { kind: 'commit' as const, session: seat.session.id, ...certificate }
    if (state.role === 'voter') effects.push({ effect: 'send', message, payload: null, lacking: [] })
    effects.push({ effect: 'decided', outcome })
  }
  const isSame = outcome.decision === 'value' && same(outcome.value, value)
  effects.push({ effect: 'certified', certificate, standing: isSame ? 'agrees' : 'against' })
  return { state: { ...state, certificate, outcome }, effects }
}

function accuse(seat: Seat, state: State, extra: readonly Said[]): Settled {
  const saidFirst = (value: Uint8Array, firsts: readonly Signature[]): Said[] =>
    firsts.map((one) => ({ saying: 'first', value, ...one }))
  const said: Said[] = [
    ...state.pool.flatMap(({ value, signatures }) => saidFirst(value, firstsOf(signatures))),
    ...(state.quorum === null ? [] : saidFirst(state.quorum.value, state.quorum.firsts)),
    ...state.commits.map((one): Said => ({ saying: 'commit', ...one })),
    ...extra,
  ]
  const fresh = pairsOf(said, seat.session.facts).filter((evidence) => !state.accused.includes(nameOf(evidence)))
  if (fresh.length === 0) return { state, effects: [] }
  return {
    state: { ...state, accused: [...state.accused, ...fresh.map(nameOf)] },
    effects: fresh.map((evidence): Effect => ({ effect: 'evidence', evidence })),
  }
}

/** Without what else was at hand. */
function outcomeOf(outcome: Outcome): Outcome {
  if (outcome.decision === 'nothing') return outcome
  const { decision, value, payload, by } = outcome
  return { decision, value, payload, by }
}

export function sayingOf(place: 1 | 2): Saying {
  return place === 1 ? 'first' : 'second'
}
