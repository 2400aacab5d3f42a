import type { ReactNode } from 'react'
import css from './SafetyWords.module.css'

/** Six words to read to each other, numbered, in the order in which they are read. */
export function SafetyWords({ words, label }: { words: readonly string[]; label: string }): ReactNode {
  return (
    <ol className={css.words} aria-label={label}>
      {words.map((word, index) => (
        <li key={`${index} ${word}`} className={css.word}>
          <span className={css.number} aria-hidden="true">
            {index + 1}
          </span>
          {word}
        </li>
      ))}
    </ol>
  )
}
