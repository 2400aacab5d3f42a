import { useTranslation } from 'react-i18next'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'

const units = [
  ['weeks', 7 * DAY],
  ['days', DAY],
  ['hours', HOUR],
  ['minutes', MINUTE],
  ['seconds', SECOND],
] as const

/** A length of time in its largest unit: 4 weeks, 1 hour, 12 s. */
export function useSpan(): (ms: number) => string {
  const { t } = useTranslation()
  return (ms) => {
    const [unit, unitMs] = units.find(([, unitMs]) => ms >= unitMs) ?? (['seconds', SECOND] as const)
    return t(`chats.span.${unit}`, { count: Math.round(ms / unitMs) })
  }
}
