import type { TFunction } from 'i18next'
import type { ClaimStep, MyName } from '../../../shared/model/names.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'
import { countText, shortMs, span, withTenth } from '../../ui/amounts.ts'
import { standingOf } from './my-names.ts'

/** How a name of one's own stands. */
export function standingText(t: TFunction, name: MyName, nowMs: number): string {
  const standing = standingOf(name, nowMs)
  switch (standing.is) {
    case 'ending':
      return t('names.standing.ending', { count: standing.days })
    case 'held':
      return t('names.standing.held', standing)
    default:
      return t(`names.standing.${standing.is}`)
  }
}

/** How far a claim has come, in one sentence. */
export function claimText(t: TFunction, step: ClaimStep): string {
  switch (step.step) {
    case 'working':
      return t(`names.underway.working.${step.what}`, { bits: step.bits })
    case 'waiting':
      return t(`names.underway.waiting.${step.what}`)
    case 'ripening':
      return t('names.underway.ripening', { count: step.blocks })
    case 'yours':
      return t('names.underway.yoursShort', { height: countText(step.height) })
    case 'refused':
      return step.why
  }
}

/** `0.3 ms`, `41 ms`, `1.2 s`. */
export function tookText(t: TFunction, ms: number): string {
  if (ms < SECOND) return t('namesLookup.trace.ms', { ms: shortMs(ms) })
  return t('namesLookup.trace.s', { s: withTenth(ms / SECOND) })
}

/** How long something lasts, in one unit. */
export function spanText(t: TFunction, ms: number): string {
  const { unit, count } = span(Math.max(0, ms))
  return unit === 'minutes' ? t('time.minutes', { count }) : t(`time.${unit}`, { count })
}

/** A choice of how long an answer is kept, as exact as it is. */
export function ttlText(t: TFunction, ms: number): string {
  if (ms % DAY === 0) return t('namesZone.ttl.days', { count: ms / DAY })
  if (ms % HOUR === 0) return t('namesZone.ttl.hours', { count: ms / HOUR })
  if (ms % MINUTE === 0) return t('namesZone.ttl.minutes', { count: ms / MINUTE })
  return t('namesZone.ttl.seconds', { count: Math.round(ms / SECOND) })
}
