import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { letsIn, type Suggestion } from '../../../shared/model/door.ts'
import { usePeople } from '../contacts/store.ts'
import { Button } from '../../ui/Button.tsx'
import css from './Rules.module.css'
import { capabilityText, ruleText, whoText } from './wording.ts'

export interface SuggestionLineProps {
  suggestion: Suggestion
  onMake: () => void
  onDecline: () => void
}

/** "You allowed Bea 5 times: Files. Always?" One at a time, and nothing of it by itself. */
export function SuggestionLine({ suggestion: { draft, count }, onMake, onDecline }: SuggestionLineProps): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const rule = ruleText(t, draft, people)
  const words = { who: whoText(t, draft.who, people), what: capabilityText(t, draft.capability), count }
  return (
    <div className={css.line}>
      <p className={css.lineWords}>
        <bdi>{t(letsIn(draft.verdict) ? 'door.rules.suggestion.allow' : 'door.rules.suggestion.deny', words)}</bdi>
      </p>
      <div className={css.lineButtons}>
        <Button
          size="small"
          tone="quiet"
          aria-label={t('door.rules.suggestion.noLabel', { rule })}
          onClick={onDecline}
        >
          {t('door.rules.suggestion.no')}
        </Button>
        <Button size="small" aria-label={t('door.rules.suggestion.makeLabel', { rule })} onClick={onMake}>
          {t('door.rules.suggestion.make')}
        </Button>
      </div>
    </div>
  )
}
