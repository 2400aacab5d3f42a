import { ChevronDown } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer, Knock } from '../../../shared/model/door.ts'
import { cx } from '../../ui/cx.ts'
import { Popover } from '../../ui/Popover.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { settingsStore } from '../settings/store.ts'
import { AnswerChooser } from './AnswerChooser.tsx'
import css from './AnswerButtons.module.css'
import { askedBy } from './knock-wording.ts'
import { firstChoice } from './choice.ts'
import { useDeliberate } from './use-deliberate.ts'

export interface AnswerButtonsProps {
  knock: Knock
  name: string
  armed: boolean
  /** Over another screen there is room for less. */
  floating: boolean
  /** The id of the line that says how the keyboard answers. */
  describedBy: string
  onAnswer: (answer: Answer) => void
}

/** Deny comes first and is the largest; letting somebody in takes aim; all else takes a second step. */
export function AnswerButtons(props: AnswerButtonsProps): ReactNode {
  const { knock, armed, floating, describedBy, onAnswer } = props
  const { t } = useTranslation()
  const tells = settingsStore.use(({ state }) => state.tellKnockers === 'everything')
  const asker = askedBy(knock)
  const denied = tells ? 'door.answer.denyNote' : 'door.answer.denyNoteUntold'
  return (
    <div className={cx(css.answers, floating && css.few)}>
      <AnswerButton
        verdict="deny"
        label={t('door.answer.deny')}
        note={t(asker === 'knock' ? denied : `door.${asker}.denyNote`)}
        armed={armed}
        describedBy={describedBy}
        onAnswer={() => onAnswer({ verdict: 'deny', until: 'once' })}
      />
      <AnswerButton
        verdict="allow"
        label={t('door.answer.allowOnce')}
        note={t(asker === 'offer' ? 'door.offer.allowNote' : 'door.answer.allowOnceNote')}
        armed={armed}
        describedBy={describedBy}
        onAnswer={() => onAnswer({ verdict: 'allow', until: 'once' })}
      />
      <Other {...props} tellsRefusals={tells} />
    </div>
  )
}

interface AnswerButtonProps {
  verdict: 'allow' | 'deny'
  label: string
  /** What it will do. */
  note: string
  armed: boolean
  describedBy: string
  onAnswer: () => void
}

function AnswerButton({ verdict, label, note, armed, describedBy, onAnswer }: AnswerButtonProps): ReactNode {
  const id = useId()
  const deliberate = useDeliberate(armed, onAnswer)
  return (
    <div className={css[verdict]}>
      <button type="button" className={css.button} aria-describedby={`${id} ${describedBy}`} {...deliberate}>
        <VerdictIcon verdict={verdict} />
        {label}
      </button>
      <p id={id} className={css.note}>
        {note}
      </p>
    </div>
  )
}

/** The rest, behind one button. What was put together there is kept while it is closed. */
function Other(props: AnswerButtonsProps & { tellsRefusals: boolean }): ReactNode {
  const { knock, name, armed, floating, onAnswer } = props
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [choice, setChoice] = useState(() => firstChoice(knock.about, knock.capability))
  const deliberate = useDeliberate(armed, null)
  return (
    <Popover
      title={t('door.answer.otherFor', { name })}
      align="end"
      open={open}
      onOpenChange={(next) => setOpen(next && (armed || open))}
      trigger={
        <button
          type="button"
          className={cx(css.button, css.other)}
          aria-label={floating ? t('door.answer.other') : undefined}
          {...deliberate}
        >
          {!floating && t('door.answer.other')}
          <ChevronDown />
        </button>
      }
    >
      <AnswerChooser
        {...props}
        choice={choice}
        onChange={setChoice}
        onAnswer={(answer) => {
          setOpen(false)
          onAnswer(answer)
        }}
      />
    </Popover>
  )
}
