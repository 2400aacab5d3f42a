import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { dateFieldOf } from '../../ui/date-field.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Select, TextField } from '../../ui/Field.tsx'
import { useNow } from '../../ui/use-now.ts'
import css from './RuleDialog.module.css'
import { type RuleForm, type Wrong } from './rule-form.ts'
import { useWhoOptions } from './use-who-options.ts'

const capabilities = ['contact', 'file', 'visit', 'relay', 'hold-mail', 'lookup', 'load', 'exit', 'app', 'anything'] as const
const verdicts = ['allow', 'allow-and-tell', 'ask', 'deny', 'ignore'] as const
const ends = ['forever', 'quit', 'once', 'time'] as const
const NOTE_MAX = 200
const APP_MAX = 63
const NAME_MAX = 255
const PATH_MAX = 512

export interface RuleFieldsProps {
  form: RuleForm
  wrong: Wrong
  onChange: (form: RuleForm) => void
}

/** Who asks for these may tell a name, a size or a path; of the others no rule can ask for one. */
const tellers: Partial<Record<keyof RuleForm, readonly RuleForm['capability'][]>> = {
  name: ['file', 'visit', 'load', 'exit', 'anything'],
  minBytes: ['file', 'hold-mail', 'app', 'anything'],
  maxBytes: ['file', 'hold-mail', 'app', 'anything'],
  path: ['visit', 'app', 'anything'],
}

/** Who, what, and what the door says; then for how long, and what few rules need. */
export function RuleFields(props: RuleFieldsProps): ReactNode {
  const { form, wrong, onChange } = props
  const { t } = useTranslation()
  const change = (changed: Partial<RuleForm>): void => onChange({ ...form, ...changed })
  const whos = useWhoOptions(form.who)
  // What is empty is not wrong yet, only not there.
  const appWrong = wrong.app !== undefined && form.app !== ''
  return (
    <>
      <div className={css.pair}>
        <Select
          label={t('door.rules.form.verdict')}
          value={form.verdict}
          options={verdicts.map((value) => ({ value, label: t(`door.rules.verdict.${value}`) }))}
          onChange={(verdict) => change({ verdict })}
        />
        <Select label={t('door.rules.form.who')} value={form.who} options={whos} onChange={(who) => change({ who })} />
        <Select
          label={t('door.rules.form.what')}
          {...(form.capability === 'anything' ? { hint: t('door.rules.form.anythingHint') } : {})}
          value={form.capability}
          options={capabilities.map((value) => ({
            value,
            label: value === 'app' ? t('door.rules.form.anApp') : t(`door.capability.${value}`),
          }))}
          onChange={(capability) => change({ capability })}
        />
        {form.capability === 'app' && (
          <TextField
            label={t('door.rules.form.app')}
            hint={t('door.rules.form.appHint')}
            error={appWrong ? t('door.rules.form.appWrong') : null}
            value={form.app}
            maxLength={APP_MAX}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => change({ app: event.target.value })}
          />
        )}
        <Ends {...props} />
      </div>
      <TextField
        label={t('door.rules.form.note')}
        hint={t('door.rules.form.noteHint')}
        value={form.note}
        maxLength={NOTE_MAX}
        dir="auto"
        onChange={(event) => change({ note: event.target.value })}
      />
      <Conditions {...props} />
    </>
  )
}

function Ends({ form, wrong, onChange }: RuleFieldsProps): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(15_000)
  const offered = form.connection === '' ? ends : [...ends, 'connection' as const]
  return (
    <>
      <Select
        label={t('door.rules.form.until')}
        value={form.until}
        options={offered.map((value) => ({ value, label: t(`door.rules.form.long.${value}`) }))}
        onChange={(until) => onChange({ ...form, until })}
      />
      {form.until === 'time' && (
        <TextField
          type="datetime-local"
          label={t('door.rules.form.untilDate')}
          min={dateFieldOf(nowMs)}
          error={wrong.date !== undefined && form.date !== '' ? t(`door.rules.form.${wrong.date}`) : null}
          value={form.date}
          onChange={(event) => onChange({ ...form, date: event.target.value })}
        />
      )}
    </>
  )
}

function Conditions({ form, wrong, onChange }: RuleFieldsProps): ReactNode {
  const { t } = useTranslation()
  const fields = [
    { name: 'name', hint: 'nameHint' },
    { name: 'minBytes', hint: 'sizeHint' },
    { name: 'maxBytes', hint: 'sizeHint' },
    { name: 'path', hint: 'pathHint' },
    { name: 'perHour', hint: 'perHourHint' },
    { name: 'priority', hint: 'priorityHint' },
  ] as const
  // What is said already stays in sight, also where it can match nothing.
  const shown = fields.filter(({ name }) => form[name] !== '' || (tellers[name]?.includes(form.capability) ?? true))
  const isSaid = fields.some(({ name }) => form[name] !== '' && form[name] !== '0')
  return (
    <Disclosure title={t('door.rules.form.conditions')} startsOpen={isSaid}>
      <div className={css.conditions}>
        {shown.map(({ name, hint }) => {
          const what = name === 'path' || name === 'name' ? undefined : wrong[name]
          return (
            <TextField
              key={name}
              label={t(`door.rules.form.${name}`)}
              hint={t(`door.rules.form.${hint}`)}
              error={what === undefined ? null : t(`door.rules.form.${what}`)}
              value={form[name]}
              maxLength={name === 'name' ? NAME_MAX : PATH_MAX}
              spellCheck={false}
              autoComplete="off"
              inputMode={name === 'perHour' ? 'numeric' : 'text'}
              onChange={(event) => onChange({ ...form, [name]: event.target.value })}
            />
          )
        })}
      </div>
    </Disclosure>
  )
}
