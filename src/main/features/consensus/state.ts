import type { Message, Signature, Vote } from '../../protocols/consensus/index.ts'
import type { Certificate } from './certificate.ts'
import type { Evidence } from './evidence.ts'
import type { Saying, Session } from './session.ts'
import type { Verify } from './signatures.ts'

/** Whether a block may stand. Must say the same on every honest machine: of the session and the payload, and no clock. */
export type Judge = (payload: Uint8Array, value: Uint8Array) => Judgement
export type Judgement = { readonly verdict: 'valid' } | { readonly verdict: 'invalid'; readonly why: string }

/**
 * The value that a payload stands for, a block's binary CID; null where it is no block. What the payload says, all of it,
 * must follow from the value: two payloads of one value that `Judge` answers differently would divide the validators.
 */
export type ValueOf = (payload: Uint8Array) => Uint8Array | null

/** From where this validator looks at a session. All of it pure: the same bytes give the same signature. */
export interface Seat {
  readonly session: Session
  /** Our index; null where we are not in the roster. */
  readonly me: number | null
  readonly verify: Verify
  readonly sign: (bytes: Uint8Array) => Uint8Array
  readonly judge: Judge
  readonly valueOf: ValueOf
}

/** A value that was taken, and who signed it: the leader first, all verified. */
export interface PoolEntry {
  readonly value: Uint8Array
  readonly payload: Uint8Array
  readonly signatures: readonly Vote[]
}

export interface Quorum {
  readonly value: Uint8Array
  readonly payload: Uint8Array
  readonly firsts: readonly Signature[]
  readonly judgement: Judgement
}

export interface Commit extends Signature {
  readonly value: Uint8Array
}

/** `quorum`: before the last round, see dolev-strong.ts; `rounds`: after it; `certificate`: others had. */
export type Outcome =
  | {
      readonly decision: 'value'
      readonly value: Uint8Array
      /** Null where only a certificate came: the block is to be asked for. */
      readonly payload: Uint8Array | null
      readonly by: 'quorum' | 'rounds' | 'certificate'
    }
  | { readonly decision: 'nothing'; readonly why: string }

/** All that a validator knows of one session. Never changed: each step gives a new one. */
export interface State {
  /** A witness signs nothing and decides by certificate alone: it is not in the roster, or was not there throughout. */
  readonly role: 'voter' | 'witness'
  readonly pool: readonly PoolEntry[]
  readonly quorum: Quorum | null
  readonly commits: readonly Commit[]
  /** Whether we have signed a value as our first. */
  readonly hasFirst: boolean
  /** Of whom evidence was given out, and of what: each once. */
  readonly accused: readonly string[]
  readonly outcome: Outcome | null
  readonly certificate: Certificate | null
  readonly isOver: boolean
}

export type Effect =
  /** All of them in a step must be kept before anything of it is sent, or the whole step be forgotten. */
  | { readonly effect: 'signed'; readonly saying: Saying; readonly value: Uint8Array }
  /** To all others; with `payload` to those who may lack it. Of commits there is none. */
  | {
      readonly effect: 'send'
      readonly message: Message
      readonly payload: Uint8Array | null
      readonly lacking: readonly number[]
    }
  /** A signature that verified: a square in the grid of who signed what, when. */
  | { readonly effect: 'noted'; readonly by: number; readonly saying: Saying; readonly value: Uint8Array }
  | { readonly effect: 'decided'; readonly outcome: Outcome }
  /** `against`: this validator decided something else. More than t are false, or messages took longer than Δ. */
  | { readonly effect: 'certified'; readonly certificate: Certificate; readonly standing: 'agrees' | 'against' }
  | { readonly effect: 'evidence'; readonly evidence: Evidence }

/** What became of a message. `points` are those of `Offence`; 0 where an honest validator may have sent it. */
export type Verdict =
  | { readonly verdict: 'taken' | 'known'; readonly why: string }
  | { readonly verdict: 'refused'; readonly why: string; readonly points: number }

export interface Step {
  readonly state: State
  readonly effects: readonly Effect[]
  readonly verdict: Verdict
}

/** Nothing changed. */
export function refused(state: State, why: string, points = 0): Step {
  return { state, effects: [], verdict: { verdict: 'refused', why, points } }
}
