import type { Message, QuorumMessage, CommitMessage, ValueMessage, Vote } from '../../protocols/consensus/index.ts'
import { same } from './bytes.ts'
import { nameOf } from './evidence.ts'
import { FORGED_POINTS, MALFORMED_POINTS, MAX_VALUES, WRONG_PAYLOAD_POINTS } from './limits.ts'
import { signedBytes } from './session.ts'
import { commitsOf, decide, othersThan, passedOn, quorumOf, sayingOf, settle, type Settled } from './settle.ts'
import { flawOf, forgedOf } from './signatures.ts'
import { refused, type Effect, type PoolEntry, type Seat, type State, type Step, type Verdict } from './state.ts'

/*
 * Dolev–Strong authenticated broadcast of one block, as pure steps.
 *
 * Assumed. Synchrony: what one honest validator hands to another at its own time x (counted from the slot's start) is
 * dealt with there before that one's own time x + Δ; so Δ bounds delay, difference of clocks and time spent in queues
 * together. At most t of n are false, t < n: they may do anything, one that crashed or stood still counts among them, but
 * cannot sign for others. Round r is the time from (r − 1)Δ to rΔ, by the clock of whoever asks.
 *
 * The rule. A value that is new is taken in round r with r distinct signatures, the leader's first; whoever takes it
 * adds their own and passes it on at once; two values at most. After round t + 1: one value in the pool is the
 * decision, anything else is nothing.
 *
 * Agreement (Dolev and Strong, 1983). Let h be the first honest one to take v, in round r. If h is the leader, all take
 * v in round 1. If not, no honest one had signed v, so its r signatures are of r false ones, and r ≤ t. h passes on
 * r + 1 signatures, which come in round r + 1 ≤ t + 1 at the latest and are enough there. So what one honest pool holds
 * all hold, unless they are full; and full pools decide nothing, everywhere. Validity: an honest leader signs one value,
 * which all take in round 1, and there is no other.
 *
 * Earlier. A signature says whether the value is the first that its validator takes ("first") or another ("second"); an
 * honest one says "first" of one value, at once, and of no other. More than (n + t) / 2 firsts are a *quorum*. A quorum
 * counts in round r with the commits of r − 1 validators other than the leader; whom it counts for decides v, commits
 * to it, and sends quorum and commits to all, at once. The rule above goes on unchanged; its decision gives way.
 *
 *   1. One value at most has a quorum: two would share more than t validators, so an honest one, who said "first" twice.
 *   2. If v has a quorum, all honest pools hold v or are full: an honest one said "first" of v, so took it; agreement.
 *   3. If a quorum of v counts for somebody honest, all honest decide v.
 *      The leader is honest: v is its value (an honest first in the quorum), every honest pool is {v}, and no other value
 *      has a quorum. The leader is false: at most t − 1 of the others are. Let h be the first honest one for whom it
 *      counts, in round r, with r − 1 commits of others than the leader.
 *      (a) All of them are false: r − 1 ≤ t − 1, so what h sends, with its own commit, comes in round r + 1 ≤ t + 1
 *          with r commits, and counts for everybody.
 *      (b) One is of an honest p. Honest ones commit when a quorum counted (not before h) or after their last round: p's
 *          pool was {v}. So all honest pools are {v}, and by 1 and 2 no other value has a quorum.
 *   4. If it counts for nobody honest, all decide by the rule above. So agreement and validity hold as they did.
 *
 * With an honest leader and at least (n + t) / 2 honest others nobody waits for a round: a value, its signatures, done,
 * two delays after the slot began. Nothing less than that is claimed: with fewer the decision falls at (t + 1)Δ. By 1
 * alone, two quorums never contradict each other, however late messages are.
 *
 * A block that does not stand (`judge`) is agreed on like any other, and is then nothing: all judge alike. A quorum of
 * it counts for nobody; by 2 no other value can be decided then. So a commit says: decided, and valid; and t + 1 commits
 * hold one of somebody honest. Who sees those decides the same, at any time: this is what a witness does.
 */

/** A voter was there before the slot began, with nothing signed in it; everybody else is a witness. */
export function begin(seat: Seat, role: State['role']): State {
  return {
    role: seat.me === null ? 'witness' : role,
    pool: [],
    quorum: null,
    commits: [],
    hasFirst: false,
    accused: [],
    outcome: null,
    certificate: null,
    isOver: false,
  }
}

/** The leader's own value. It must be sent when the slot begins: others take it until Δ after that. */
export function proposed(seat: Seat, state: State, payload: Uint8Array): Step {
  if (seat.me !== seat.session.facts.leader) return refused(state, 'another validator leads this slot')
  if (state.role === 'witness') return refused(state, 'a witness signs nothing')
  if (state.hasFirst || state.isOver) return refused(state, 'this slot has had its proposal')
  const value = seat.valueOf(payload)
  if (value === null) return refused(state, 'this is no block')
  return taken(seat, state, { value, payload, signatures: [] }, 1, 'proposed')
}

/** `round` is that of the moment in which this is called, from 1; not that in which the bytes came in. */
export function received(seat: Seat, state: State, message: Message, round: number): Step {
  if (!same(message.session, seat.session.id)) return refused(state, 'of another session')
  switch (message.kind) {
    case 'value':
      return receivedValue(seat, state, message, round)
    case 'quorum':
      return receivedQuorum(seat, state, message, round)
    case 'commit':
      return receivedCommits(seat, state, message, round)
  }
}

/** Called after each round; the last one decides what is not decided. Until then, and twice, it changes nothing. */
export function roundEnded(seat: Seat, state: State, round: number): Settled {
  const { rounds } = seat.session.needs
  if (round < rounds || state.isOver) return { state, effects: [] }
  const over: State = { ...state, isOver: true }
  if (over.outcome !== null || over.role === 'witness') return { state: over, effects: [] }
  const nothing = (why: string): Settled => decide(seat, over, { decision: 'nothing', why })
  const [only, another] = over.pool
  if (only === undefined) return nothing('no value came')
  if (another !== undefined) return nothing('the leader signed two values')
  const judgement = seat.judge(only.payload, only.value)
  if (judgement.verdict === 'invalid') return nothing(`the block does not stand: ${judgement.why}`)
  return andSettle(seat, decide(seat, over, { decision: 'value', ...only, by: 'rounds' }), rounds)
}

/** For what was not there throughout: a crash, a machine that stood still. Keeps what it knows, and signs no more. */
export function asWitness(state: State): State {
  return { ...state, role: 'witness' }
}

function receivedValue(seat: Seat, state: State, message: ValueMessage, round: number): Step {
  const { session, verify } = seat
  const { value, signatures } = message
  const flaw = flawOf(signatures, session.facts.validators.length) ?? leaderFlaw(seat, signatures)
  if (flaw !== null) return refused(state, `not a list of signers: ${flaw}`, MALFORMED_POINTS)
  if (state.isOver || round > session.needs.rounds) {
    return late(seat, state, message, round, 'late: the last round is over')
  }
  const known = state.pool.find((entry) => same(entry.value, value))
  const signers = new Set(known?.signatures.map(({ by }) => by))
  const fresh = signatures.filter(({ by }) => !signers.has(by))
  if (known !== undefined && fresh.length === 0) return answer({ state, effects: [] }, 'known', 'nothing new in it')
  if (known === undefined) {
    if (state.pool.length >= MAX_VALUES) return refused(state, 'two values are known, which is enough')
    const needed = session.needs.signatures(round)
    if (signatures.length < needed) {
      return late(seat, state, message, round, `late: ${signatures.length} signatures in round ${round}`)
    }
    if (message.payload === null) return refused(state, 'a value without its block')
    if (!isBlockOf(seat, message.payload, value)) return refused(state, 'another block than signed', WRONG_PAYLOAD_POINTS)
  }
  const forged = forgedOf(fresh, ({ place }) => sayingOf(place), { session, value, verify })
  if (forged !== null) return refused(state, `the signature of validator ${forged} does not hold`, FORGED_POINTS)
  const noted = fresh.map(({ by, place }): Effect => ({ effect: 'noted', by, saying: sayingOf(place), value }))
  if (known === undefined && message.payload !== null) {
    const entry = { value, payload: message.payload, signatures }
    return taken(seat, state, entry, round, `${signatures.length} signatures in round ${round}`, noted)
  }
  const pool = state.pool.map((entry) =>
    entry === known ? { ...entry, signatures: [...entry.signatures, ...fresh] } : entry,
  )
  const settled = settle(seat, { ...state, pool }, round)
  return answer({ ...settled, effects: [...noted, ...settled.effects] }, 'taken', `${fresh.length} more signatures`)
}

/** Into the pool; a voter signs it and passes it on. */
function taken(
  seat: Seat,
  state: State,
  entry: PoolEntry,
  round: number,
  why: string,
  noted: readonly Effect[] = [],
): Step {
  const { me, session, sign } = seat
  if (state.role === 'witness' || me === null) {
    const settled = settle(seat, { ...state, pool: [...state.pool, entry] }, round)
    return answer({ ...settled, effects: [...noted, ...settled.effects] }, 'taken', why)
  }
  const { value, payload } = entry
  const place = state.hasFirst ? 2 : 1
  const saying = sayingOf(place)
  const mine: Vote = { by: me, place, signature: sign(signedBytes(saying, session.id, value)) }
  const signatures = [...entry.signatures, mine]
  const settled = settle(seat, { ...state, pool: [...state.pool, { ...entry, signatures }], hasFirst: true }, round)
  const message: Message = { kind: 'value', session: session.id, value, signatures, payload: null }
  const effects: Effect[] = [
    ...noted,
    { effect: 'signed', saying, value },
    { effect: 'send', message, payload, lacking: othersThan(seat, signatures) },
    { effect: 'noted', by: me, saying, value },
  ]
  return answer({ ...settled, effects: [...effects, ...settled.effects] }, 'taken', why)
}

function receivedQuorum(seat: Seat, state: State, message: QuorumMessage, round: number): Step {
  const { session, verify } = seat
  const { value, firsts, commits } = message
  const count = session.facts.validators.length
  const flaw = flawOf(firsts, count) ?? flawOf(commits, count)
  if (flaw !== null) return refused(state, `not a list of signers: ${flaw}`, MALFORMED_POINTS)
  if (firsts.length < session.needs.firsts) return refused(state, `a quorum of ${firsts.length}`, MALFORMED_POINTS)
  const kept = commitsOf(state.commits, value)
  const freshCommits = commits.filter(({ by }) => !kept.some((one) => one.by === by))
  const isOver = state.isOver || round > session.needs.rounds
  if (isOver || state.role === 'witness' || passedOn(seat, [...kept, ...freshCommits]) < session.needs.passed(round)) {
    // Too late to count, and still full of commits.
    if (commits.length === 0) return refused(state, `late: a quorum without commits in round ${round}`)
    return receivedCommits(seat, state, { kind: 'commit', session: message.session, value, commits }, round)
  }
  const earlier = state.quorum
  const isKnown = earlier !== null && same(earlier.value, value)
  if (isKnown && freshCommits.length === 0) return answer({ state, effects: [] }, 'known', 'nothing new in it')
  const entry = state.pool.find((one) => same(one.value, value))
  const payload = isKnown ? earlier.payload : (entry?.payload ?? message.payload)
  if (payload === null) return refused(state, 'a quorum without its block')
  if (entry === undefined && !isKnown && !isBlockOf(seat, payload, value)) {
    return refused(state, 'another block than signed', WRONG_PAYLOAD_POINTS)
  }
  // Those verified before are taken as they were then, and not as they stand in the message.
  const before = new Map(entry?.signatures.filter(({ place }) => place === 1).map((vote) => [vote.by, vote.signature]))
  const all = firsts.map(({ by, signature }) => ({ by, signature: before.get(by) ?? signature }))
  const fresh = isKnown ? [] : all.filter(({ by }) => !before.has(by))
  const forged =
    forgedOf(fresh, () => 'first', { session, value, verify }) ??
    forgedOf(freshCommits, () => 'commit', { session, value, verify })
  if (forged !== null) return refused(state, `the signature of validator ${forged} does not hold`, FORGED_POINTS)
  const noted = [
    ...fresh.map(({ by }): Effect => ({ effect: 'noted', by, saying: 'first', value })),
    ...freshCommits.map(({ by }): Effect => ({ effect: 'noted', by, saying: 'commit', value })),
  ]
  const told: State = { ...state, commits: [...state.commits, ...freshCommits.map((one) => ({ ...one, value }))] }
  if (earlier !== null && !isKnown) {
    // More than t are false. What is kept stays; whoever signed both is shown.
    const extra = all.map((one) => ({ saying: 'first' as const, value, ...one }))
    const { state: accused, effects } = settle(seat, state, round, extra)
    return { state: accused, effects, verdict: { verdict: 'refused', why: 'another value has a quorum', points: 0 } }
  }
  const quorum = earlier ?? quorumOf(seat, { value, payload }, all)
  const settled = settle(seat, { ...told, quorum }, round)
  return answer({ ...settled, effects: [...noted, ...settled.effects] }, 'taken', `a quorum in round ${round}`)
}

/** Also after the last round, and for witnesses: this is how they learn what was decided. */
function receivedCommits(seat: Seat, state: State, message: CommitMessage, round: number): Step {
  const { session, verify } = seat
  const { value, commits } = message
  const flaw = flawOf(commits, session.facts.validators.length)
  if (flaw !== null) return refused(state, `not a list of signers: ${flaw}`, MALFORMED_POINTS)
  const kept = commitsOf(state.commits, value)
  const isHeld = [...state.pool, state.quorum].some((one) => one !== null && same(one.value, value))
  // For a value that only they name each may commit once: what is kept is bounded, and honest ones commit to one value.
  const fresh = commits.filter(
    ({ by }) => !kept.some((one) => one.by === by) && (isHeld || !state.commits.some((one) => one.by === by)),
  )
  if (fresh.length === 0) return answer({ state, effects: [] }, 'known', 'nothing new in it')
  const forged = forgedOf(fresh, () => 'commit', { session, value, verify })
  if (forged !== null) return refused(state, `the commit of validator ${forged} does not hold`, FORGED_POINTS)
  const noted = fresh.map(({ by }): Effect => ({ effect: 'noted', by, saying: 'commit', value }))
  const settled = settle(
    seat,
    { ...state, commits: [...state.commits, ...fresh.map((one) => ({ ...one, value }))] },
    round,
  )
  return answer({ ...settled, effects: [...noted, ...settled.effects] }, 'taken', `${fresh.length} more commits`)
}

function leaderFlaw(seat: Seat, signatures: readonly Vote[]): string | null {
  const [head] = signatures
  if (head?.by !== seat.session.facts.leader) return 'not begun by the leader'
  return head.place === 1 ? null : 'the leader signed it as a second value'
}

/** Too late to be taken. Where it shows that the leader signed another value than the one known, it is kept as that. */
function late(seat: Seat, state: State, message: ValueMessage, round: number, why: string): Step {
  const { session, verify } = seat
  const { value, signatures } = message
  const [ofLeader] = signatures
  const isNews = state.pool.length === 1 && state.pool.every((entry) => !same(entry.value, value))
  // Once is enough, and costs a check no more.
  const isShown = state.accused.includes(nameOf({ saying: 'first', by: session.facts.leader }))
  if (!isNews || isShown || ofLeader === undefined) return refused(state, why)
  if (forgedOf([ofLeader], () => 'first', { session, value, verify }) !== null) {
    return refused(state, `the signature of validator ${ofLeader.by} does not hold`, FORGED_POINTS)
  }
  const { by, signature } = ofLeader
  const settled = settle(seat, state, round, [{ saying: 'first', by, value, signature }])
  return { ...settled, verdict: { verdict: 'refused', why, points: 0 } }
}

function isBlockOf({ valueOf }: Seat, payload: Uint8Array, value: Uint8Array): boolean {
  const meant = valueOf(payload)
  return meant !== null && same(meant, value)
}

function andSettle(seat: Seat, decided: Settled, round: number): Settled {
  const { state, effects } = settle(seat, decided.state, round)
  return { state, effects: [...decided.effects, ...effects] }
}

function answer(settled: Settled, verdict: 'taken' | 'known', why: string): Step {
  const told: Verdict = { verdict, why }
  return { ...settled, verdict: told }
}
