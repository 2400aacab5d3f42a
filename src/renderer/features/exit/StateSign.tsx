import { CircleCheck, CircleDashed, CircleHelp, CircleX, Moon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Exit } from '../../../shared/model/exit.ts'
import css from './Exits.module.css'

const icons = { 'open': CircleCheck, 'knock-first': CircleHelp, 'off': CircleX, 'unknown': CircleDashed, 'away': Moon } as const

/** Beside its words, never instead of them. */
export function StateSign({ state }: { state: Exit['state'] }): ReactNode {
  const Icon = icons[state]
  return <Icon className={css.sign} data-state={state} aria-hidden="true" />
}
