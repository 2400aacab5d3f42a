import type { PeerId } from '../../../shared/ids.ts'
import type { Certificate } from './certificate.ts'
import type { Leading, Measured } from './delays.ts'
import type { Evidence } from './evidence.ts'
import type { Saying, SessionFacts } from './session.ts'
import type { Judge, Outcome } from './state.ts'

/** One slot to agree on. */
export interface Slot {
  readonly facts: SessionFacts
  /** t: how many validators may be false. From the genesis, as is Δ. */
  readonly faults: number
  /** Δ. */
  readonly roundMs: number
  /** When the slot begins, by the wall clock that all validators go by. */
  readonly startMs: number
  /** The validators' devices, in the order of the roster. */
  readonly peers: readonly PeerId[]
  /** Whether a block may stand after `facts.parent`. The same everywhere: no clock, no pool, nothing but chain and block. */
  readonly judge: Judge
}

export type Taking =
  | { readonly verdict: 'taken'; readonly why: string }
  | { readonly verdict: 'refused'; readonly why: string }

/** `slot`, `parent` and `session` (in hex) of each say what it is about; `offsetMs` counts from the slot's start, on our clock. */
export type ConsensusEvent = {
  readonly slot: number
  readonly parent: Uint8Array
  readonly session: string
  readonly offsetMs: number
} & (
  | { readonly event: 'signed'; readonly by: number; readonly saying: Saying; readonly value: Uint8Array; readonly round: number }
  | { readonly event: 'decided'; readonly outcome: Outcome }
  | { readonly event: 'certified'; readonly certificate: Certificate; readonly standing: 'agrees' | 'against' }
  | { readonly event: 'evidence'; readonly evidence: Evidence }
  /** We only watch this slot, or led it and stayed silent. */
  | { readonly event: 'abstained'; readonly why: string }
)

/**
 * Agreement on one block for each slot, among the validators of one roster. The ledger above knows this and nothing of how.
 *
 * Another engine behind it would have to give, and a test of it show:
 * - *Agreement*: no two honest validators' `decided` of one session hold different values, nor one a value and one nothing.
 * - *Validity*: what an honest leader proposes in time is decided; nothing is decided that its leader did not sign, or that
 *   `judge` refuses.
 * - *An end*: `decided` comes once for each voter, with *nothing* where there is nothing, within a time that it can name.
 * - *Proof*: `certified` hands out what anybody can check offline with the session's facts alone, whom they never spoke with.
 * - *Accountability*: where a validator said two things of which one may be said, `evidence` that needs no trust.
 * - *No second signature* for one session: not after a crash, not with a clock set back.
 * - And its model in words, for the window: what it assumes of time and of how many are false, and what is lost without.
 */
export interface ConsensusEngine {
  /**
   * Takes part in a slot, or watches it where it must. Best called before the slot begins.
   * Errors: RangeError for a slot that no network has; LatchError where what was signed cannot be read.
   */
  observe(slot: Slot): Taking
  /** Proposes in a slot that we lead, when it begins; the same as `observe` besides. */
  propose(slot: Slot, payload: Uint8Array): Taking
  /** Returns what takes the listener off again. */
  subscribe(listener: (event: ConsensusEvent) => void): () => void
  /** What is measured of each validator against Δ, and what follows for leading now. */
  timing(slot: Pick<Slot, 'roundMs' | 'faults' | 'peers'>): { readonly figures: readonly Measured[]; readonly leading: Leading }
  /** Rows of signatures before this slot are no longer needed. */
  forget(network: string, beforeSlot: number): void
  /** This device is connected again: no waiting until the next try to reach it. */
  connected(peer: PeerId): void
  /** Ends what is open. What was signed stays written. */
  close(): void
}
