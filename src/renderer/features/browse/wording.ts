import type { TFunction } from 'i18next'
import type { OpenCode, OpenStep, Tab } from '../../../shared/model/browse.ts'
import { en } from '../../messages/en.ts'
import { hostOf } from './address.ts'

/** What a tab is doing, in words; null: nothing. */
export function doingText(t: TFunction, { state, step, site, url, exit }: Tab): string | null {
  if (state === 'loading') return t('browse.step.loading')
  if (state !== 'opening') return null
  const name = site ?? hostOf(url)
  if (step === null) return t('browse.step.loading')
  return t(`browse.step.${step.step}`, { name: step.step === 'exit' ? (exit?.called ?? name) : name })
}

const usual = ['address', 'ledger', 'zone', 'device', 'connect', 'door', 'answer'] as const satisfies readonly OpenStep[]
/** The owner was not reached: somebody else's copy, checked against what the zone says. */
const copied = ['address', 'ledger', 'zone', 'copy'] as const satisfies readonly OpenStep[]
const outside = ['address', 'exit', 'answer'] as const satisfies readonly OpenStep[]

/** The steps that a page goes through, in their order, with the one in it that is told of. */
export function stepsWith(step: OpenStep, kind: Tab['kind']): readonly OpenStep[] {
  if (kind === 'exit' || step === 'exit') return outside
  return step === 'copy' ? copied : usual
}

/** The code that the catalogue has words for: a node may be newer than its window. */
export function knownCode(code: string): OpenCode {
  return Object.hasOwn(en.browse.error.code, code) ? (code as OpenCode) : 'internal'
}
