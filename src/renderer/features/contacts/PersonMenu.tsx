import { Ban, BookOpenText, Copy, Ellipsis, Eraser, Pencil, ShieldCheck, Tags, UserMinus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { DisplayName } from '../../../shared/model/identity.ts'
import type { Person } from '../../../shared/model/contacts.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { GroupsDialog } from './GroupsDialog.tsx'
import { RemoveMessagesDialog } from './RemoveMessagesDialog.tsx'
import { VerifyDialog } from './VerifyDialog.tsx'

const NAME_MAX_CHARACTERS = 64
/** A menu is no list; the tooltip of the first has the others. */
const NAMES_MAX = 5

export interface PersonMenuProps {
  person: Person
  name: string
  /** A menu closes before its action ends, so a failure is told to whoever shows the person. */
  onFailure: (error: unknown) => void
}

/** What can be done about a person, from wherever they are shown. */
export function PersonMenu({ person, name, onFailure }: PersonMenuProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [renaming, setRenaming] = useState(false)
  const [grouping, setGrouping] = useState(false)
  const [open, setOpen] = useState<'verify' | 'remove-messages' | null>(null)
  const { account, blocked, groups, names } = person

  return (
    <>
      <Menu
        trigger={<IconButton label={t('contacts.menu.label', { name })} icon={<Ellipsis />} />}
        groups={[
          [
            { id: 'rename', label: t('contacts.menu.rename'), icon: <Pencil />, onChoose: () => setRenaming(true) },
            // Groups are of contacts: whoever has a name of yours.
            ...(person.petname === null
              ? []
              : [
                  {
                    id: 'groups',
                    label: t('contacts.menu.groups'),
                    ...(groups.length === 0 ? {} : { note: groups.join(', ') }),
                    icon: <Tags />,
                    onChoose: () => setGrouping(true),
                  },
                ]),
            ...(person.safetyWords.length === 0
              ? []
              : [{ id: 'verify', label: t('contacts.menu.verify'), icon: <ShieldCheck />, onChoose: () => setOpen('verify') }]),
            {
              id: 'copy',
              label: t('contacts.menu.copyKey'),
              icon: <Copy />,
              onChoose: () => void navigator.clipboard.writeText(account),
            },
          ],
          names.slice(0, NAMES_MAX).map((fullName) => ({
            id: fullName,
            label: t('contacts.menu.copyName', { name: fullName }),
            icon: <BookOpenText />,
            onChoose: () => void navigator.clipboard.writeText(fullName),
          })),
          [
            {
              id: 'block',
              label: blocked ? t('contacts.menu.unblock') : t('contacts.menu.block'),
              ...(blocked ? {} : { note: t('contacts.menu.blockNote') }),
              icon: <Ban />,
              tone: blocked ? 'plain' : 'danger',
              onChoose: () => void client.door.block({ account, blocked: !blocked }).catch(onFailure),
            },
            {
              id: 'remove-messages',
              label: t('contacts.menu.removeMessages'),
              note: t('contacts.menu.removeMessagesNote'),
              icon: <Eraser />,
              tone: 'danger',
              onChoose: () => setOpen('remove-messages'),
            },
            {
              id: 'forget',
              label: t('contacts.menu.forget'),
              note: t('contacts.menu.forgetNote'),
              icon: <UserMinus />,
              tone: 'danger',
              onChoose: () => void client.contacts.forget({ account }).catch(onFailure),
            },
          ],
        ]}
      />
      {open === 'verify' && <VerifyDialog person={person} name={name} onClose={() => setOpen(null)} />}
      {open === 'remove-messages' && <RemoveMessagesDialog person={person} name={name} onClose={() => setOpen(null)} />}
      {grouping && <GroupsDialog person={person} name={name} onClose={() => setGrouping(false)} />}
      {renaming && <Rename person={person} name={name} onClose={() => setRenaming(false)} />}
    </>
  )
}

function Rename({ person, name, onClose }: { person: Person; name: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [text, setText] = useState(name)
  const petname = DisplayName.safeParse(text)
  const rename = useCall(async (petname: string) => {
    await client.contacts.rename({ account: person.account, petname })
    onClose()
  })
  const submit = (): void => {
    if (petname.success) void rename.run(petname.data)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('contacts.rename.title')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={!petname.success} busy={rename.busy} onClick={submit}>
            {t('contacts.rename.save')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <TextField
          label={t('contacts.rename.label')}
          hint={t('contacts.rename.hint', { name: person.claimedName })}
          value={text}
          maxLength={NAME_MAX_CHARACTERS}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
      {rename.failure !== null && <FailureNote failure={rename.failure} />}
    </Dialog>
  )
}
