import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import { GroupTitle, MAX_MEMBERS, type GroupHistory } from '../../../shared/model/groups.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { Choices } from '../../ui/Choices.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import css from './Groups.module.css'
import { MembersPicker } from './MembersPicker.tsx'
import { NameFields } from './NameFields.tsx'

const histories = ['from-joining', 'all'] as const satisfies readonly GroupHistory[]
const nobody: ReadonlySet<AccountId> = new Set()

/** A name, a picture, who is invited, and what latecomers see. */
export function NewGroupDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const client = useClient()
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const [picture, setPicture] = useState<string | null>(null)
  const [members, setMembers] = useState<ReadonlySet<AccountId>>(nobody)
  const [history, setHistory] = useState<GroupHistory>('from-joining')
  const title = GroupTitle.safeParse(typed)
  const make = useCall(async (called: string) => {
    const made = await client.groups.create({ title: called, picture, history, members: [...members] })
    onClose()
    go(paths.conversation(made.id))
  })
  const submit = (): void => {
    if (title.success) void make.run(title.data)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('groups.create.title')}
      closeLabel={t('close')}
      width="wide"
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={!title.success} busy={make.busy} onClick={submit}>
            {t('groups.create.make')}
          </Button>
        </>
      }
    >
      <form
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <NameFields
          typed={typed}
          onType={setTyped}
          picture={picture}
          onPicture={setPicture}
          made={{ input, placeholder: t('groups.create.nameExample'), hint: t('groups.create.later') }}
        />
        <MembersPicker chosen={members} onChange={setMembers} room={MAX_MEMBERS - 1} most={MAX_MEMBERS} without={nobody} />
        <Choices
          legend={t('groups.history.legend')}
          value={history}
          options={histories.map((value) => ({ value, label: t(`groups.history.${value}`), note: t(`groups.history.${value}Note`) }))}
          onChange={setHistory}
        />
        {make.failure !== null && <FailureNote failure={make.failure} onDismiss={make.dismiss} />}
      </form>
    </Dialog>
  )
}
