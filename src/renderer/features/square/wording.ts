import type { TFunction } from 'i18next'
import type { PostPath } from '../../../shared/model/square.ts'
import { MINUTE, SECOND } from '../../../shared/units.ts'

/** `41 ms`, `1.2 s`, `3 min`. Below nothing as above: the sign is said in words. */
export function delayText(t: TFunction, delayMs: number): string {
  const ms = Math.abs(delayMs)
  if (ms < SECOND) return t('square.path.ms', { count: Math.round(ms) })
  if (ms < MINUTE) return t('square.path.s', { count: Math.round(ms / 100) / 10 })
  return t('square.path.min', { count: Math.floor(ms / MINUTE) })
}

/** In one line beside a message: hops where they are known, and the delay where it can be one. */
export function pathText(t: TFunction, { hops, from, delayMs }: PostPath): string {
  if (from === null) return ''
  const way = hops === null ? '' : hops <= 1 ? t('square.path.straightShort') : t('square.path.hops', { count: hops })
  const took = delayMs < 0 ? '' : delayText(t, delayMs)
  return [way, took].filter(Boolean).join(' · ')
}
