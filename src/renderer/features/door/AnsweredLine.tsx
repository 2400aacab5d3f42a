import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer, Knock, Verdict } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Card } from '../../ui/Card.tsx'
import { Countdown } from '../../ui/Countdown.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import css from './AnsweredLine.module.css'

export interface AnsweredLineProps {
  knock: Knock
  /** The answer given in this window; null when it was given elsewhere. */
  given: Answer | null
  name: string
  floating: boolean
}

/** What was answered, in one line, for as long as it can be taken back. */
export function AnsweredLine({ knock, given, name, floating }: AnsweredLineProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const undo = useCall(() => client.door.undo({ id: knock.id }))
  const what = useWhat(knock, given, name)
  return (
    <Card floating={floating}>
      <div className={css.line}>
        <VerdictIcon verdict={verdictOf(knock)} />
        <output className={css.what}>{what}</output>
        <Button
          size="small"
          busy={undo.busy}
          aria-label={t('door.answered.undoLabel', { what })}
          onClick={() => void undo.run()}
        >
          {t('door.answered.undo')}
        </Button>
      </div>
      {undo.failure !== null && <FailureNote failure={undo.failure} />}
      {knock.undoUntilMs !== null && knock.answeredMs !== null && (
        <Countdown fromMs={knock.answeredMs} untilMs={knock.undoUntilMs} />
      )}
    </Card>
  )
}

function verdictOf(knock: Knock): Verdict {
  if (knock.state === 'allowed') return 'allow'
  return knock.state === 'ignored' ? 'ignore' : 'deny'
}

function useWhat(knock: Knock, given: Answer | null, name: string): string {
  const { t } = useTranslation()
  if (given?.verdict === 'block') return t('door.answered.blocked', { name })
  if (knock.state === 'ignored') return t('door.answered.ignored', { name })
  if (knock.state === 'allowed') {
    return t(`door.answered.${given?.verdict === 'allow' ? given.until : 'allowed'}`, { name })
  }
  const forGood = given?.verdict === 'deny' && given.until === 'forever'
  return t(forGood ? 'door.answered.deniedForever' : 'door.answered.denied', { name })
}
