import type { Quorum } from '../../../../shared/model/consensus.ts'
import type { Roster } from '../genesis.ts'

export interface Leading {
  readonly verdict: 'lead' | 'stay-silent'
  readonly why: string
  readonly worstMs: number | null
}

/** How many firsts decide a block before the last round; see docs/wire/consensus.md. */
export function neededFor({ validators, faults }: Roster): number {
  return Math.floor((validators.length + faults) / 2) + 1
}

/**
 * Whether this validator proposes in its turns, in words. `measured` is what consensus says of delays, `behindHeadMs` how
 * far the clock of this device is behind the last block. Pure.
 */
export function leadingOf(about: {
  readonly roster: Roster
  readonly roundMs: number
  readonly isReady: boolean
  readonly behindHeadMs: number | null
  readonly measured: Leading
}): Leading {
  const { roster, roundMs, isReady, behindHeadMs, measured } = about
  const { worstMs } = measured
  if (behindHeadMs !== null) {
    const why = `The clock of this device is ${inWords(behindHeadMs)} behind the last block: nothing can follow until then.`
    return { verdict: 'stay-silent', why, worstMs }
  }
  if (roster.validators.length === 1) return { verdict: 'lead', why: 'This device decides alone.', worstMs: null }
  if (!isReady) {
    const why = 'This device has not caught up with the chain: until then it neither votes nor leads.'
    return { verdict: 'stay-silent', why, worstMs }
  }
  if (measured.verdict === 'stay-silent') {
    const why = `Delay and difference of clocks together are ${Math.round(worstMs ?? 0)} ms, more than Δ (${roundMs} ms) allows: this device does not lead.`
    return { verdict: 'stay-silent', why, worstMs }
  }
  if (worstMs === null) return { verdict: 'lead', why: 'No delay is measured yet.', worstMs }
  const why = `Delay and difference of clocks together are ${Math.round(worstMs)} ms, within Δ (${roundMs} ms).`
  return { verdict: 'lead', why, worstMs }
}

/** `heard`: validators heard of late, this device included where it is one. `leading`: null where it is none. Pure. */
export function quorumOf(about: {
  readonly roster: Roster
  readonly roundMs: number
  readonly heard: number
  readonly leading: Leading | null
}): Quorum {
  const { roster, roundMs, heard, leading } = about
  const { faults } = roster
  const validators = roster.validators.length
  const needed = neededFor(roster)
  const numbers = { heard, needed, validators, faults }
  const model = `This holds while Δ, ${roundMs} ms, bounds delay and difference of clocks together.`
  if (leading === null) {
    const why =
      validators === 1
        ? 'One other device decides. This device checks and follows.'
        : `${validators} others decide. This device checks and follows what at least ${faults + 1} of them signed.`
    return { lamp: 'follows', ...numbers, why }
  }
  if (validators === 1) {
    const isStuck = leading.verdict === 'stay-silent'
    return { lamp: isStuck ? 'waits' : 'alone', ...numbers, why: leading.why }
  }
  const heardOf = `${heard} of ${validators} validators are heard`
  // A certificate takes one more than may be faulty.
  if (heard <= faults) return { lamp: 'waits', ...numbers, why: `${heardOf}: too few to sign a block. What is submitted waits.` }
  if (leading.verdict === 'stay-silent') return { lamp: 'waits', ...numbers, why: leading.why }
  if (heard < validators - faults) {
    const why = `${heardOf}, where at most ${faults} may be missing: this network may be cut in two, and its blocks may be taken back.`
    return { lamp: 'unsure', ...numbers, why }
  }
  const speed = heard < needed ? `A block takes ${(faults + 1) * roundMs} ms, as ${needed} would be needed to be sooner.` : `${needed} decide at once.`
  return { lamp: 'decides', ...numbers, why: `${heardOf}. ${speed} Up to ${faults} may be faulty. ${model}` }
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  if (seconds < 120) return `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.ceil(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.ceil(hours / 24)} days`
}
