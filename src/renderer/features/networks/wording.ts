import type { TFunction } from 'i18next'
import type { KnownNetwork } from '../../../shared/model/networks.ts'
import { SECOND } from '../../../shared/units.ts'

/** `500 ms`, `2 s`, `1.5 s`: as short as it is exact. */
export function spanText(ms: number): string {
  return ms < SECOND ? `${ms} ms` : `${ms / SECOND} s`
}

/** `4 validators, you among them`. */
export function validatorsText(t: TFunction, { validators }: Pick<KnownNetwork, 'validators'>): string {
  const mine = validators.some((validator) => validator.mine)
  if (mine && validators.length === 1) return t('networks.onlyYou')
  const count = t('networks.validators', { count: validators.length })
  return mine ? `${count}, ${t('networks.youAmong')}` : count
}

/** `4 validators, you among them · 1 may fail · rounds of 500 ms`. */
export function rulesText(t: TFunction, network: Pick<KnownNetwork, 'validators' | 'faults' | 'roundMs'>): string {
  const { validators, faults, roundMs } = network
  const parts = [validatorsText(t, network)]
  // Of one alone it goes without saying.
  if (validators.length > 1) parts.push(t('networks.mayFail', { count: faults }))
  parts.push(t('networks.round', { time: spanText(roundMs) }))
  return parts.join(' · ')
}
