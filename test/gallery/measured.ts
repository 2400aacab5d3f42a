import type { ReachPair } from '../../src/shared/reach-table.ts'
import { KINDS, pairsOf } from '../lab/kinds.ts'
import { expected } from '../lab/theory.ts'

/** What the lab would find if theory held everywhere; the times are made up. */
export const measuredPairs: readonly ReachPair[] = pairsOf(KINDS).map(([a, b]) => {
  const { way } = expected(a, b)
  const roundTrips = [a, b].filter((kind) => kind === 'slow').length
  const connectedMs = 120 + KINDS.indexOf(a) * 10 + roundTrips * 900
  const directMs = way === 'relay' ? null : connectedMs + (way === 'webrtc' ? 1_100 : 0)
  return { a, b, way, connectedMs, firstMessageMs: connectedMs + 180, directMs }
})
