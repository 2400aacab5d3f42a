import type { TFunction } from 'i18next'
import type { Attempt, Introducer, RelayLimit } from '../../../shared/model/reach.ts'
import { SECOND } from '../../../shared/units.ts'
import { inUnit, shortMs, sizeText, span } from '../../ui/amounts.ts'
import { clock } from '../../ui/when.ts'
import type { Gauge } from './fuel.ts'

/** How long: `30 min`, `under a minute`. */
export function spanText(t: TFunction, ms: number): string {
  const { unit, count } = span(ms)
  return t(`time.${unit}`, { count })
}

/** How long an attempt took: `38 ms`, `6.0 s`. */
export function tookText(t: TFunction, { tookMs }: Pick<Attempt, 'tookMs'>): string {
  if (tookMs < SECOND) return t('network.ms', { ms: shortMs(tookMs) })
  return t('reach.attempts.seconds', { count: Math.round(tookMs / 100) / 10 })
}

/** What one circuit may carry: `64 MiB or 30 min`. */
export function limitText(t: TFunction, { dataBytes, durationMs }: RelayLimit): string {
  const data = dataBytes === null ? null : sizeText(dataBytes)
  const time = durationMs === null ? null : spanText(t, durationMs)
  if (data !== null && time !== null) return t('reach.introducers.limit.both', { data, time })
  return data ?? time ?? t('reach.introducers.limit.none')
}

/** Whether there is a place at an introducer, and until when. */
export function placeText(t: TFunction, { reservation: { state, untilMs } }: Introducer): string {
  if (state !== 'held') return t(`reach.introducers.place.${state}`)
  if (untilMs === null) return t('reach.introducers.place.heldOpen')
  return t('reach.introducers.place.held', { when: clock(untilMs) })
}

/** How an introducer stands: `Connected · 24 ms`, `Not reached · next try at 14:52`. */
export function stateText(t: TFunction, { state, rttMs, nextTryMs }: Introducer): string {
  const words = t(`reach.introducers.state.${state}`)
  if (state === 'connected' && rttMs !== null) return `${words} · ${t('network.ms', { ms: shortMs(rttMs) })}`
  if (state !== 'waiting' || nextTryMs === null) return words
  return `${words} · ${t('reach.introducers.tryAt', { when: clock(nextTryMs) })}`
}

/** The place at an introducer and what a circuit there carries; null where there is none to speak of. */
export function serviceText(t: TFunction, introducer: Introducer): string | null {
  const { state, reservation } = introducer
  if (state !== 'connected' && state !== 'draining') return null
  const place = placeText(t, introducer)
  if (reservation.state !== 'held' || reservation.limit === null) return place
  return `${place} · ${t('reach.introducers.carries', { limit: limitText(t, reservation.limit) })}`
}

/** What is left of a circuit, what ends it first before the rest: `3.1 of 4 MiB left`, `25 min`. */
export function leftTexts(t: TFunction, { data, leftMs, first }: Gauge): string[] {
  const time = leftMs === null ? null : spanText(t, leftMs)
  const size = data === null ? null : inUnit(data.leftBytes, data.ofBytes)
  const ofSize = data === null || size === null ? null : { left: size.text, total: inUnit(data.ofBytes).text, unit: size.unit }
  if (time === null) return ofSize === null ? [t('reach.fuel.noLimit')] : [t('reach.fuel.dataLeft', ofSize)]
  if (ofSize === null) return [t('reach.fuel.left', { much: time })]
  if (first === 'time') return [t('reach.fuel.left', { much: time }), t('reach.fuel.data', ofSize)]
  return [t('reach.fuel.dataLeft', ofSize), time]
}

/** The same where there is room for one word or two. */
export function shortLeftText(t: TFunction, { data, leftMs, first }: Gauge): string {
  if (data !== null && first !== 'time') return t('reach.fuel.left', { much: sizeText(data.leftBytes) })
  return leftMs === null ? t('reach.fuel.noLimit') : t('reach.fuel.left', { much: spanText(t, leftMs) })
}

/** All that is left of a circuit, in a sentence. */
export function leftSentence(t: TFunction, gauge: Gauge): string {
  const data = gauge.data === null ? null : sizeText(gauge.data.leftBytes)
  const time = gauge.leftMs === null ? null : spanText(t, gauge.leftMs)
  if (data !== null && time !== null) return t('reach.fuel.bothLeft', { data, time })
  if (data !== null) return t('reach.fuel.onlyData', { data })
  return time === null ? t('reach.fuel.unlimited') : t('reach.fuel.onlyTime', { time })
}
