import { CircleAlert, CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import css from './Devices.module.css'

export interface OutcomeProps {
  tone: 'good' | 'bad' | 'plain'
  title: string
  text: string
}

/** How something ended: one line of what, one of what follows. */
export function Outcome({ tone, title, text }: OutcomeProps): ReactNode {
  return (
    <output className={css.outcome} data-tone={tone}>
      {tone === 'good' ? <CircleCheck aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
      <span>
        <strong className={css.strong}>{title}</strong>
        <br />
        <span className={css.soft}>{text}</span>
      </span>
    </output>
  )
}

/** Words that two devices show, large enough to be read from an arm's length. */
export function ThreeWords({ words, label }: { words: readonly string[]; label: string }): ReactNode {
  return (
    <ol className={css.three} aria-label={label}>
      {words.map((word, index) => (
        <li key={`${index} ${word}`}>{word}</li>
      ))}
    </ol>
  )
}
