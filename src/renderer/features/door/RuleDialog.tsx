import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import type { Verdict, Who } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { usePeople } from '../contacts/store.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Select, TextField } from '../../ui/Field.tsx'
import css from './RuleDialog.module.css'

const groups = ['anyone', 'contact', 'unknown', 'lan', 'relayed'] as const
const capabilities = ['contact', 'file', 'visit', 'relay', 'hold-mail', 'lookup'] as const
const verdicts = ['allow', 'allow-and-tell', 'ask', 'deny', 'ignore'] as const satisfies readonly Verdict[]
const NOTE_MAX = 200

/** The value of the first list: a group of people, or one account. */
function whoOf(value: string): Who {
  const account = AccountId.safeParse(value)
  if (account.success) return { kind: 'account', account: account.data }
  return { kind: groups.find((group) => group === value) ?? 'anyone' }
}

export function RuleDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const people = usePeople()
  const [who, setWho] = useState<string>('unknown')
  const [capability, setCapability] = useState<(typeof capabilities)[number]>('contact')
  const [verdict, setVerdict] = useState<Verdict>('deny')
  const [note, setNote] = useState('')
  const add = useCall(async () => {
    await client.door.addRule({ who: whoOf(who), capability, verdict, note })
    onClose()
  })
  const named = [...people.values()]
    .map((person) => ({ value: person.account, label: nameOf(person) }))
    .toSorted((a, b) => a.label.localeCompare(b.label))

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('door.rules.form.title')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" busy={add.busy} onClick={() => void add.run()}>
            {t('door.rules.form.save')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <Select
          label={t('door.rules.form.verdict')}
          value={verdict}
          options={verdicts.map((value) => ({ value, label: t(`door.rules.verdict.${value}`) }))}
          onChange={setVerdict}
        />
        <Select
          label={t('door.rules.form.who')}
          value={who}
          options={[...groups.map((value) => ({ value, label: t(`door.rules.who.${value}`) })), ...named]}
          onChange={setWho}
        />
        <Select
          label={t('door.rules.form.what')}
          value={capability}
          options={capabilities.map((value) => ({ value, label: t(`door.capability.${value}`) }))}
          onChange={setCapability}
        />
        <TextField
          label={t('door.rules.form.note')}
          hint={t('door.rules.form.noteHint')}
          value={note}
          maxLength={NOTE_MAX}
          onChange={(event) => setNote(event.target.value)}
        />
        {add.failure !== null && <FailureNote failure={add.failure} />}
      </div>
    </Dialog>
  )
}
