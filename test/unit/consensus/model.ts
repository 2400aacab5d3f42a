import { valueOf, same, hex } from '../../../src/main/features/consensus/bytes.ts'
import { begin, proposed, received, roundEnded } from '../../../src/main/features/consensus/dolev-strong.ts'
import { roundAt } from '../../../src/main/features/consensus/rounds.ts'
import { signedBytes, type Needs, type Saying, type Session } from '../../../src/main/features/consensus/session.ts'
import type { Effect, Seat, State, Verdict } from '../../../src/main/features/consensus/state.ts'
import type { Message, Signature, Vote } from '../../../src/main/protocols/consensus/index.ts'
import { standInSession, standInSign, standInVerify } from './stand-in.ts'

/** Δ in ticks. */
export const ROUND = 100

/** The last of them does not stand. */
export const PAYLOADS = ['one', 'two', 'three', 'spoilt'].map((text) => new Uint8Array(Buffer.from(text)))
export const VALUES = PAYLOADS.map(valueOf)

/** What one false validator does once: says something to some, at a moment counted on the clock of one of them. */
export interface Act {
  readonly round: number
  readonly tick: number
  readonly from: number
  readonly target: number
  readonly alsoTo: number
  readonly kind: 'value' | 'quorum' | 'commit'
  readonly value: number
  /** Bits: whose signatures, of those that can be had. */
  readonly signers: number
  /** Bits: whose place is 2, where it is the false ones' to say. */
  readonly seconds: number
  readonly committers: number
  readonly lie: 'none' | 'forged' | 'twice' | 'another block' | 'another session' | 'no block'
}

export interface Schedule {
  readonly validators: number
  readonly faults: number
  readonly leader: number
  /** Bits; the first `faults` of them count. */
  readonly falseOnes: number
  /** Where a false one only crashes: in which tick, and who still gets what it was sending. */
  readonly crashes: readonly { readonly tick: number; readonly reaches: number; readonly returns: number }[]
  readonly proposal: number
  readonly maxSkew: number
  readonly skews: readonly number[]
  readonly delays: readonly number[]
  readonly acts: readonly Act[]
}

export interface Player {
  readonly by: number
  readonly kind: 'honest' | 'crashing' | 'false'
  readonly seat: Seat
  readonly skew: number
  state: State
  crash: Schedule['crashes'][number] | null
  isDown: boolean
  decidedAt: number | null
  readonly effects: Effect[]
  /** What it charged others with. */
  readonly charges: { readonly from: number; readonly why: string }[]
}

/** Whose signatures: the stand-in's, or real ones. */
export interface Crypto {
  session(validators: number, faults: number, leader: number): Session
  sign(by: number, bytes: Uint8Array): Uint8Array
  readonly verify: Seat['verify']
}

export const standIn: Crypto = { session: standInSession, sign: standInSign, verify: standInVerify }

/** What a world may have that is not as assumed, to see that it matters. */
export interface Breach {
  readonly needs?: (needs: Needs) => Needs
  /** False ones beyond t. */
  readonly moreFalse?: number
  /** Ticks by which the slowest messages take longer than they may. */
  readonly slower?: number
}

/** Runs one slot to its end and a round beyond, tick by tick. */
export class World {
  readonly session: Session
  readonly players: Player[]
  readonly #schedule: Schedule
  readonly #crypto: Crypto
  readonly #breach: Breach
  readonly #skew: number
  readonly #ticks: (() => void)[][]
  #now = 0
  #sends = 0
  /** All that was ever signed and sent, as the false ones see everything at once. */
  readonly #seen = new Map<string, Signature>()

  constructor(schedule: Schedule, breach: Breach = {}, crypto: Crypto = standIn) {
    const { validators, faults, leader } = schedule
    const plain = crypto.session(validators, faults, leader)
    this.#crypto = crypto
    this.#breach = breach
    this.session = { ...plain, needs: breach.needs?.(plain.needs) ?? plain.needs }
    this.#schedule = schedule
    this.#skew = schedule.maxSkew
    this.#ticks = Array.from({ length: (faults + 2) * ROUND + schedule.maxSkew + 2 }, () => [])
    let left = faults + (breach.moreFalse ?? 0)
    this.players = Array.from({ length: validators }, (_none, by) => {
      const isFalse = ((schedule.falseOnes >> by) & 1) === 1 && left > 0
      if (isFalse) left--
      const crash = isFalse ? (schedule.crashes[by] ?? null) : null
      const seat: Seat = {
        session: this.session,
        me: by,
        verify: crypto.verify,
        sign: (bytes) => crypto.sign(by, bytes),
        valueOf,
        judge: (_payload, value) =>
          same(value, VALUES[3] ?? new Uint8Array()) ? { verdict: 'invalid', why: 'spoilt' } : { verdict: 'valid' },
      }
      const skew = (schedule.skews[by] ?? 0) % (this.#skew + 1)
      const kind = !isFalse ? 'honest' : crash !== null ? 'crashing' : 'false'
      const state = begin(seat, 'voter')
      return { by, kind, seat, skew, state, crash, isDown: false, decidedAt: null, effects: [], charges: [] }
    })
  }

  get honest(): Player[] {
    return this.players.filter(({ kind }) => kind === 'honest')
  }

  run(): this {
    for (const player of this.players) if (player.kind !== 'false') this.#start(player)
    for (const act of this.#schedule.acts) this.#plan(act)
    for (const [tick, due] of this.#ticks.entries()) {
      this.#now = tick
      // What is done in this tick may add to it.
      for (let next = due.shift(); next !== undefined; next = due.shift()) next()
    }
    return this
  }

  #at(tick: number, run: () => void): void {
    this.#ticks[Math.max(tick, this.#now)]?.push(run)
  }

  #start(player: Player): void {
    const { by, seat, skew } = player
    const { leader } = this.session.facts
    if (by === leader) {
      const payload = PAYLOADS[this.#schedule.proposal] ?? new Uint8Array()
      this.#at(skew, () => this.#step(player, () => proposed(seat, player.state, payload)))
    }
    for (let round = 1; round <= this.#schedule.faults + 1; round++) {
      this.#at(skew + round * ROUND, () =>
        this.#step(player, () => ({ ...roundEnded(seat, player.state, round), verdict: { verdict: 'taken', why: '' } })),
      )
    }
    const { crash } = player
    if (crash === null) return
    // From this tick on the first thing it sends reaches some; then it is gone, and comes back knowing nothing.
    this.#at(crash.tick + crash.returns, () => {
      player.isDown = false
      player.crash = null
      player.state = begin(seat, 'witness')
    })
  }

  #step(
    player: Player,
    make: () => { state: State; effects: readonly Effect[]; verdict: Verdict },
    from?: number,
  ): void {
    if (player.isDown) return
    if (player.crash !== null && this.#now >= player.crash.tick + 30) {
      player.isDown = true
      return
    }
    const { state, effects, verdict } = make()
    player.state = state
    player.effects.push(...effects)
    if (state.outcome !== null) player.decidedAt ??= this.#now
    if (verdict.verdict === 'refused' && verdict.points > 0 && from !== undefined) {
      player.charges.push({ from, why: verdict.why })
    }
    for (const effect of effects) if (effect.effect === 'send' && !player.isDown) this.#send(player, effect)
  }

  #send(from: Player, { message, payload, lacking }: Effect & { effect: 'send' }): void {
    this.#learn(message)
    const isLast = from.crash !== null && this.#now >= from.crash.tick
    for (const to of this.players) {
      if (to === from || to.kind === 'false') continue
      if (isLast && (((from.crash?.reaches ?? 0) >> to.by) & 1) === 0) continue
      const told = message.kind !== 'commit' && lacking.includes(to.by) ? { ...message, payload } : message
      this.#at(this.#now + this.#delay(), () => this.#deliver(from.by, to, told))
    }
    if (isLast) from.isDown = true
  }

  /** So that delay and difference of clocks together stay below Δ. */
  #delay(): number {
    const { delays } = this.#schedule
    const longest = ROUND - this.#skew - 1
    const drawn = delays[this.#sends++ % Math.max(1, delays.length)] ?? 0
    return drawn % 4 === 0 ? longest + (this.#breach.slower ?? 0) : 1 + ((drawn * 31 + this.#sends * 7) % longest)
  }

  #deliver(from: number, to: Player, message: Message): void {
    const round = roundAt(this.#now - to.skew, ROUND)
    this.#step(to, () => received(to.seat, to.state, message, round), from)
  }

  #learn(message: Message): void {
    const keep = (saying: Saying, one: Signature): void => {
      this.#seen.set(`${saying} ${one.by} ${hex(message.value)}`, one)
    }
    if (message.kind === 'value') for (const vote of message.signatures) keep(vote.place === 1 ? 'first' : 'second', vote)
    if (message.kind === 'quorum') for (const one of message.firsts) keep('first', one)
    if (message.kind !== 'value') for (const one of message.commits) keep('commit', one)
  }

  #plan(act: Act): void {
    const speakers = this.players.filter(({ kind }) => kind === 'false')
    const hearers = this.players.filter(({ kind }) => kind !== 'false')
    const speaker = speakers[act.from % Math.max(1, speakers.length)]
    const target = hearers[act.target % Math.max(1, hearers.length)]
    if (speaker === undefined || target === undefined) return
    const round = 1 + (act.round % (this.#schedule.faults + 1))
    // On the target's clock: the first tick of the round, its last, or one between.
    const within = act.tick % 3 === 0 ? 0 : act.tick % 3 === 1 ? ROUND - 1 : act.tick % ROUND
    this.#at(target.skew + (round - 1) * ROUND + within, () => {
      const message = this.#make(act)
      for (const to of hearers) {
        if (to === target || ((act.alsoTo >> to.by) & 1) === 1) this.#deliver(speaker.by, to, message)
      }
    })
  }

  /** A signature of whoever is false, or of somebody honest where one was ever sent. */
  #signature(saying: Saying, by: number, value: Uint8Array): Signature | null {
    const player = this.players[by]
    if (player?.kind !== 'false') return this.#seen.get(`${saying} ${by} ${hex(value)}`) ?? null
    return { by, signature: this.#crypto.sign(by, signedBytes(saying, this.session.id, value)) }
  }

  #make(act: Act): Message {
    const { validators, leader } = this.#schedule
    const value = VALUES[act.value % VALUES.length] ?? new Uint8Array()
    const block = PAYLOADS[(act.value + (act.lie === 'another block' ? 1 : 0)) % PAYLOADS.length] ?? null
    const payload = act.lie === 'no block' ? null : block
    const session = act.lie === 'another session' ? new Uint8Array(32).fill(9) : this.session.id
    const order = [leader, ...Array.from({ length: validators }, (_none, by) => by).filter((by) => by !== leader)]
    const chosen = (bits: number): number[] => order.filter((by) => ((bits >> by) & 1) === 1)
    const all = (saying: Saying, bits: number): Signature[] =>
      chosen(bits).flatMap((by) => this.#signature(saying, by, value) ?? [])
    const spoil = <One extends Signature>(list: One[]): One[] => {
      const last = list.at(-1)
      if (last === undefined) return list
      if (act.lie === 'twice') return [...list, last]
      return act.lie === 'forged' ? [...list.slice(0, -1), { ...last, signature: new Uint8Array(64).fill(1) }] : list
    }
    const commits = all('commit', act.committers)
    if (act.kind === 'quorum') {
      return { kind: 'quorum', session, value, firsts: spoil(all('first', act.signers)), commits, payload }
    }
    if (act.kind === 'commit') return { kind: 'commit', session, value, commits: spoil(commits) }
    const votes = chosen(act.signers | (1 << leader)).flatMap((by): Vote[] => {
      const wanted = by !== leader && ((act.seconds >> by) & 1) === 1 ? 2 : 1
      for (const place of [wanted, wanted === 1 ? 2 : 1] as const) {
        const found = this.#signature(place === 1 ? 'first' : 'second', by, value)
        if (found !== null) return [{ ...found, place }]
      }
      return []
    })
    return { kind: 'value', session, value, signatures: spoil(votes), payload }
  }
}
