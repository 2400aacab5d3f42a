import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Knock, Verdict } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useWho } from '../contacts/use-who.ts'
import { Button } from '../../ui/Button.tsx'
import { Card } from '../../ui/Card.tsx'
import { Countdown } from '../../ui/Countdown.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { answeredText } from './answer-wording.ts'
import css from './AnsweredLine.module.css'
import { useGiven } from './given.ts'
import { capabilityText } from './wording.ts'

export interface AnsweredLineProps {
  knock: Knock
  floating: boolean
  className?: string | undefined
}

/** What was answered, in one line, for as long as it can be taken back. */
export function AnsweredLine({ knock, floating, className }: AnsweredLineProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { name } = useWho(knock.account, knock.claimedName)
  const given = useGiven(({ answers }) => answers.get(knock.id) ?? null)
  const undo = useCall(() => client.door.undo({ id: knock.id }))
  const what = answeredText(t, knock, given, name, knock.answeredMs ?? knock.receivedMs)
  const about = aboutText(t, knock)
  return (
    <Card floating={floating} className={className}>
      <div className={css.line}>
        <VerdictIcon verdict={verdictOf(knock)} />
        <output className={css.what}>
          <bdi>{what}</bdi>
          {about !== '' && <bdi className={css.about}>{about}</bdi>}
          {knock.state === 'allowed' && <span className={css.about}>{t('door.answered.undoDenies')}</span>}
        </output>
        <Button
          size="small"
          busy={undo.busy}
          aria-label={t('door.answered.undoLabel', { what: about === '' ? what : `${what} ${about}` })}
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

/** Of several answers to one person, which; a chat is what goes without saying. */
function aboutText(t: TFunction, { capability, about }: Knock): string {
  if (capability === 'contact') return ''
  const named = about.name ?? about.path
  return named === null ? capabilityText(t, capability) : `${capabilityText(t, capability)} · “${shortened(named)}”`
}

/** Letters of a stranger's name for something that stay, at either end. */
const HEAD = 24
const TAIL = 12
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function shortened(text: string): string {
  const letters = [...graphemes.segment(text)].map(({ segment }) => segment)
  return letters.length <= HEAD + TAIL ? text : `${letters.slice(0, HEAD).join('')}…${letters.slice(-TAIL).join('')}`
}

function verdictOf(knock: Knock): Verdict {
  if (knock.state === 'allowed') return 'allow'
  return knock.state === 'ignored' ? 'ignore' : 'deny'
}
