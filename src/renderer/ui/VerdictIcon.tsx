import { CircleCheck, CircleHelp, CircleMinus, CircleX } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Verdict } from '../../shared/model/door.ts'
import { cx } from './cx.ts'
import css from './VerdictIcon.module.css'

const icons = {
  allow: CircleCheck,
  'allow-and-tell': CircleCheck,
  ask: CircleHelp,
  deny: CircleX,
  ignore: CircleMinus,
} as const

const tones = {
  allow: css.allow,
  'allow-and-tell': css.allow,
  ask: css.ask,
  deny: css.deny,
  ignore: css.ignore,
} as const

/** Beside its word, never instead of it. */
export function VerdictIcon({ verdict }: { verdict: Verdict }): ReactNode {
  const Icon = icons[verdict]
  return <Icon className={cx(css.icon, tones[verdict])} aria-hidden="true" />
}
