import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rule, RuleDraft } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useNow } from '../../ui/use-now.ts'
import { usePeople } from '../contacts/store.ts'
import { Rehearsal } from './Rehearsal.tsx'
import css from './RuleDialog.module.css'
import { RuleFields } from './RuleFields.tsx'
import { draftOf, formOf, newRule } from './rule-form.ts'
import { useRuleForms } from './rule-forms.ts'
import { ruleText } from './wording.ts'

export interface RuleDialogProps {
  /** The rule that is changed; null for a new one. */
  rule: Rule | null
  /** What a new one starts with. */
  start?: RuleDraft
  onClose: () => void
}

/** Makes a rule, or changes one; rehearsed on the log while it is written. */
export function RuleDialog({ rule, start, onClose }: RuleDialogProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const people = usePeople()
  const nowMs = useNow(15_000)
  const key = rule?.id ?? JSON.stringify(start ?? null)
  const [held] = useState(() => useRuleForms.getState().kept.get(key))
  const keep = useRuleForms((forms) => forms.keep)
  const drop = useRuleForms((forms) => forms.drop)
  const from = rule ?? start
  const [form, setForm] = useState(held ?? (from === undefined ? newRule : formOf(from)))
  const read = draftOf(form, nowMs)
  const { draft } = read

  const save = useCall(async (said: RuleDraft) => {
    await (rule === null ? client.door.addRule(said) : client.door.editRule({ ...said, id: rule.id }))
    drop(key)
    onClose()
  })
  return (
    <Dialog
      open
      width="wide"
      onClose={onClose}
      title={t(rule === null ? 'door.rules.form.title' : 'door.rules.form.editTitle')}
      closeLabel={t('close')}
      footer={
        <>
          <Button
            onClick={() => {
              drop(key)
              onClose()
            }}
          >
            {t('cancel')}
          </Button>
          <Button
            tone="primary"
            busy={save.busy}
            disabled={draft === null}
            onClick={() => draft !== null && void save.run(draft)}
          >
            {t(rule === null ? 'door.rules.form.save' : 'door.rules.form.saveEdit')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        {rule !== null && rule.suspended !== null && (
          <Banner tone="warning" title={rule.suspended.why} text={t('door.rules.form.suspended')} />
        )}
        {held !== undefined && <p className={css.kept}>{t('door.rules.form.kept')}</p>}
        <RuleFields
          form={form}
          wrong={read.draft === null ? read.wrong : {}}
          onChange={(changed) => {
            setForm(changed)
            keep(key, changed)
          }}
        />
        {draft !== null && (
          <p className={css.sentence}>
            <bdi>{ruleText(t, draft, people)}</bdi>
          </p>
        )}
        <Rehearsal draft={draft} replaces={rule?.id ?? null} />
        {save.failure !== null && <FailureNote failure={save.failure} kept={t('door.rules.form.kept')} />}
      </div>
    </Dialog>
  )
}
