import type { TFunction } from 'i18next'
import type { ReachPair } from '../../../shared/reach-table.ts'
import { tookText } from '../reach/wording.ts'

/** The way it ended on, and how long it took: `Direct, over TCP. Connected after 120 ms, …`. */
export function pairText(t: TFunction, pair: ReachPair | null): string {
  if (pair === null) return t('measured.missing')
  return `${t(`measured.way.${pair.way}`)}. ${timesText(t, pair)}`
}

/** From the click on an invitation. */
export function timesText(t: TFunction, { connectedMs, firstMessageMs, directMs }: ReachPair): string {
  const connected = tookText(t, { tookMs: connectedMs })
  const message = tookText(t, { tookMs: firstMessageMs })
  // What was direct from the start needs no word about when it became so.
  if (directMs === null || directMs <= connectedMs) return t('measured.times', { connected, message })
  return t('measured.timesDirect', { connected, message, direct: tookText(t, { tookMs: directMs }) })
}
