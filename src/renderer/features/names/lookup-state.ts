import type { Lookup, LookupProgress, LookupStep } from '../../../shared/model/names.ts'
import type { Failure } from '../../bridge/failure.ts'

export interface LookupState {
  /** As it was typed. */
  text: string
  /** `stopped`: by the person. `failed`: the call did, and nothing is known of the name. */
  phase: 'idle' | 'running' | 'done' | 'stopped' | 'failed'
  /** In the order in which they began. */
  steps: readonly LookupStep[]
  /** The newest answer while it runs; the result when it is done. */
  lookup: Lookup | null
  /** How many answers came, each newer than the one before. */
  answers: number
  failure: Failure | null
}

export const noLookup: LookupState = { text: '', phase: 'idle', steps: [], lookup: null, answers: 0, failure: null }

export function beginLookup(text: string): LookupState {
  return { ...noLookup, text, phase: 'running' }
}

/** What comes after a person stopped it changes nothing. */
export function applyProgress(state: LookupState, progress: LookupProgress): LookupState {
  if (state.phase !== 'running') return state
  switch (progress.kind) {
    case 'step':
      return { ...state, steps: putStep(state.steps, progress.step) }
    case 'answer':
      return { ...state, lookup: progress.lookup, answers: state.answers + 1 }
    case 'done':
      // The result has the whole of them, also those that were not told as they began.
      return { ...state, phase: 'done', lookup: progress.lookup, steps: progress.lookup.steps }
  }
}

export function failLookup(state: LookupState, failure: Failure): LookupState {
  return state.phase === 'running' ? { ...state, phase: 'failed', failure } : state
}

export function stopLookup(state: LookupState): LookupState {
  return state.phase === 'running' ? { ...state, phase: 'stopped' } : state
}

/** A step is told when it begins and when it ends: its end takes the place of its beginning. */
function putStep(steps: readonly LookupStep[], step: LookupStep): LookupStep[] {
  const begun = steps.findIndex(
    (one) => one.outcome === 'running' && one.atMs === step.atMs && one.step === step.step && one.peerId === step.peerId,
  )
  return begun === -1 ? [...steps, step] : steps.with(begun, step)
}
