import { Ban, EyeOff } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer, Knock } from '../../../shared/model/door.ts'
import { Choices } from '../../ui/Choices.tsx'
import { cx } from '../../ui/cx.ts'
import { dateFieldOf, msOfDateField } from '../../ui/date-field.ts'
import { TextField } from '../../ui/Field.tsx'
import { SegmentedControl } from '../../ui/SegmentedControl.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { useNow } from '../../ui/use-now.ts'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { choiceText, doText } from './answer-wording.ts'
import buttonCss from './AnswerButtons.module.css'
import css from './AnswerChooser.module.css'
import { askedBy } from './knock-wording.ts'
import { answerOf, howLongs, scopesFor, widthOf, type Choice } from './choice.ts'
import { useArmed, useDeliberate } from './use-deliberate.ts'

const NOTE_MAX = 200
const verdicts = ['allow', 'deny', 'ignore', 'block'] as const
/** A refusal that ends with a connection, or with Latch, nobody asks for. */
const denyLongs = ['once', 'hour', 'forever'] as const

export interface AnswerChooserProps {
  knock: Knock
  name: string
  /** Whether the card that it belongs to may be answered. */
  armed: boolean
  /** Whether this door tells anybody of a refusal. */
  tellsRefusals: boolean
  describedBy: string
  choice: Choice
  onChange: (choice: Choice) => void
  onAnswer: (answer: Answer) => void
}

/** Every other answer: for how long, how wide, and one line that says what it will do before it is given. */
export function AnswerChooser(props: AnswerChooserProps): ReactNode {
  const { knock, name, tellsRefusals, describedBy, choice, onChange, onAnswer } = props
  const { t } = useTranslation()
  const nowMs = useNow(1_000)
  const id = useId()
  const { verdict } = choice
  // Who ignores somebody leaves them in the dark; a page sees that it did not get what it asked for.
  const offered = verdicts.filter((value) => value !== 'ignore' || knock.page === null)
  const what = choiceText(t, choice, { ...knock, name, tellsRefusals }, nowMs)
  // The words on the button change with the choice, so that a quick hand gets another answer than it read.
  const armed = useArmed(`${knock.id} ${verdict}`) && props.armed && what !== null
  const deliberate = useDeliberate(armed, () => {
    const answer = answerOf(choice, Date.now())
    if (answer !== null) onAnswer(answer)
  })
  return (
    <div className={css.chooser}>
      <SegmentedControl
        label={t('door.choose.verdict')}
        value={verdict}
        options={offered.map((value) => ({ value, label: t(`door.choose.verdicts.${value}`) }))}
        onChange={(chosen) => onChange({ ...choice, verdict: chosen })}
      />
      {verdict === 'allow' && <Allowing {...props} />}
      {verdict === 'deny' && <Denying {...props} />}
      {verdict === 'block' && (
        <TextField
          label={t('door.choose.note')}
          hint={t('door.choose.noteHint')}
          value={choice.note}
          maxLength={NOTE_MAX}
          dir="auto"
          onChange={(event) => onChange({ ...choice, note: event.target.value })}
        />
      )}
      <div className={css.foot}>
        <output id={`${id}-what`} className={css.what}>
          <bdi>{what ?? t('door.choose.past')}</bdi>
        </output>
        <button
          type="button"
          className={cx(buttonCss.button, css[verdict])}
          aria-describedby={`${id}-what ${describedBy}`}
          {...deliberate}
        >
          {icons[verdict]}
          {doText(t, choice)}
        </button>
      </div>
    </div>
  )
}

const icons = {
  allow: <VerdictIcon verdict="allow" />,
  deny: <VerdictIcon verdict="deny" />,
  ignore: <EyeOff />,
  block: <Ban />,
} as const

function Allowing(props: AnswerChooserProps): ReactNode {
  const { knock, choice, onChange } = props
  const { t } = useTranslation()
  const { howLong } = choice
  // The connection on which a missed one knocked is of the past; a message comes over none.
  const hasConnection = knock.state !== 'missed' && askedBy(knock) !== 'offer'
  const offered = howLongs.filter((value) => value !== 'connection' || hasConnection)
  return (
    <>
      <Choices
        legend={t('door.choose.howLong')}
        columns={2}
        value={howLong.allow}
        options={offered.map((value) => ({ value, label: t(`door.choose.long.${value}`) }))}
        onChange={(allow) => onChange({ ...choice, howLong: { ...howLong, allow } })}
      />
      {howLong.allow === 'date' && <UntilDate {...props} />}
      <Wide {...props} />
      <Switch
        label={t('door.choose.tell')}
        hint={t('door.choose.tellNote')}
        checked={choice.tell}
        onChange={(tell) => onChange({ ...choice, tell })}
      />
    </>
  )
}

function Denying(props: AnswerChooserProps): ReactNode {
  const { knock, choice, onChange } = props
  const { t } = useTranslation()
  const { howLong } = choice
  return (
    <>
      <Choices
        legend={t('door.choose.howLong')}
        columns={3}
        value={howLong.deny}
        options={denyLongs.map((value) => ({ value, label: t(`door.choose.long.${value}`) }))}
        onChange={(deny) => onChange({ ...choice, howLong: { ...howLong, deny } })}
      />
      {howLong.deny !== 'once' && <Wide {...props} />}
      {knock.page === null && (
        <Switch
          label={t('door.choose.silently')}
          hint={t('door.choose.silentlyNote')}
          checked={choice.silently}
          onChange={(silently) => onChange({ ...choice, silently })}
        />
      )}
    </>
  )
}

function UntilDate({ choice, onChange }: AnswerChooserProps): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(1_000)
  const untilMs = msOfDateField(choice.date)
  return (
    <TextField
      type="datetime-local"
      label={t('door.choose.until')}
      min={dateFieldOf(nowMs)}
      value={choice.date}
      error={untilMs !== null && untilMs <= nowMs ? t('door.choose.past') : null}
      onChange={(event) => onChange({ ...choice, date: event.target.value })}
    />
  )
}

function Wide({ knock, choice, onChange }: AnswerChooserProps): ReactNode {
  const { t } = useTranslation()
  return (
    <Choices
      legend={t('door.choose.howWide')}
      value={choice.scope}
      options={scopesFor(knock.about, knock.capability).map((value) => ({
        value,
        label: t(`door.choose.wide.${widthOf(value, knock.capability, knock.about)}`),
      }))}
      onChange={(scope) => onChange({ ...choice, scope })}
    />
  )
}
