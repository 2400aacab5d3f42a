import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { GroupTitle, type Group, type Member } from '../../../shared/model/groups.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useMe } from '../identity/store.ts'
import css from './Groups.module.css'
import { NameFields } from './NameFields.tsx'
import { useNamesOf } from './use-names.ts'

interface OfMember {
  group: Group
  member: Member
  onClose: () => void
}

/** Somebody goes, and what they wrote if that is wanted. */
export function RemoveDialog({ group, member: { account, state }, onClose }: OfMember): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const name = useNamesOf()(account)
  const [messagesToo, setMessagesToo] = useState(false)
  const remove = useCall(async () => {
    await client.groups.remove({ group: group.id, account, messagesToo })
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('groups.remove.title', { name })}
      description={t('groups.remove.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" busy={remove.busy} onClick={() => void remove.run()}>
            {t('groups.remove.do')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        {state === 'joined' && (
          <label className={css.check}>
            <input type="checkbox" checked={messagesToo} onChange={(event) => setMessagesToo(event.target.checked)} />
            <span>
              {t('groups.remove.messages')}
              <br />
              <span className={css.faint}>{t('groups.remove.messagesNote')}</span>
            </span>
          </label>
        )}
        {remove.failure !== null && <FailureNote failure={remove.failure} onDismiss={remove.dismiss} />}
      </div>
    </Dialog>
  )
}

/** The group becomes somebody else's. */
export function HandOnDialog({ group, member: { account }, onClose }: OfMember): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const name = useNamesOf()(account)
  const handOn = useCall(async () => {
    await client.groups.setRole({ group: group.id, account, role: 'owner' })
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('groups.handOn.title', { name })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" busy={handOn.busy} onClick={() => void handOn.run()}>
            {t('groups.handOn.do')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        <p>{t('groups.handOn.text')}</p>
        {handOn.failure !== null && <FailureNote failure={handOn.failure} onDismiss={handOn.dismiss} />}
      </div>
    </Dialog>
  )
}

/** An owner of others hands the group on first. */
export function LeaveDialog({ group, onClose }: { group: Group; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, go] = useLocation()
  const me = useMe()?.account ?? null
  const isHeld = group.role === 'owner' && group.members.some(({ state, account }) => state === 'joined' && account !== me)
  const leave = useCall(async () => {
    await client.groups.leave({ group: group.id })
    onClose()
    go(paths.conversation(group.id))
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('groups.leave.title', { title: group.title })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{isHeld ? t('close') : t('cancel')}</Button>
          {!isHeld && (
            <Button tone="danger" busy={leave.busy} onClick={() => void leave.run()}>
              {t('groups.leave.do')}
            </Button>
          )}
        </>
      }
    >
      <div className={css.body}>
        {isHeld ? <Banner tone="warning" title={t('groups.leave.owner')} /> : <p>{t('groups.leave.text')}</p>}
        {leave.failure !== null && <FailureNote failure={leave.failure} onDismiss={leave.dismiss} />}
      </div>
    </Dialog>
  )
}

export function EditGroupDialog({ group, onClose }: { group: Group; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [typed, setTyped] = useState(group.title)
  const [picture, setPicture] = useState(group.picture)
  const title = GroupTitle.safeParse(typed)
  const save = useCall(async (called: string) => {
    await client.groups.set({
      group: group.id,
      ...(called === group.title ? {} : { title: called }),
      ...(picture === group.picture ? {} : { picture }),
    })
    onClose()
  })
  const submit = (): void => {
    if (title.success) void save.run(title.data)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('groups.edit.title')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={!title.success} busy={save.busy} onClick={submit}>
            {t('groups.edit.save')}
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
        <NameFields typed={typed} onType={setTyped} picture={picture} onPicture={setPicture} />
        {save.failure !== null && <FailureNote failure={save.failure} onDismiss={save.dismiss} />}
      </form>
    </Dialog>
  )
}
