import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '../../../shared/model/contacts.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { groupNamed, groupsOf, MAX_GROUP_CHARACTERS, MAX_GROUPS } from './groups.ts'
import css from './Groups.module.css'
import { usePeople } from './store.ts'

export interface GroupsDialogProps {
  person: Person
  name: string
  onClose: () => void
}

/** Which groups a contact is in: the ones there are, and a new one by its name. */
export function GroupsDialog({ person, name, onClose }: GroupsDialogProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const people = usePeople()
  const [made, setMade] = useState<readonly string[]>([])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(person.groups))
  const [typed, setTyped] = useState('')
  const there = groupsOf(people)
  const groups = [...there, ...made.filter((group) => !there.includes(group))]
  const named = groupNamed(typed, groups)
  const isFull = chosen.size >= MAX_GROUPS
  const save = useCall(async (wanted: ReadonlySet<string>) => {
    await client.contacts.setGroups({ account: person.account, groups: [...wanted] })
    onClose()
  })

  const put = (group: string, isIn: boolean): void => {
    const next = new Set(chosen)
    if (isIn) next.add(group)
    else next.delete(group)
    setChosen(next)
  }
  const add = (): ReadonlySet<string> => {
    if (named === null || isFull) return chosen
    if (!groups.includes(named)) setMade([...made, named])
    setTyped('')
    const next = new Set(chosen).add(named)
    setChosen(next)
    return next
  }
  const error = typed.trim() !== '' && named === null ? t('contacts.groups.unusable') : null

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('contacts.groups.title', { name })}
      description={t('contacts.groups.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          {/* What was typed and not added yet was meant to be. */}
          <Button tone="primary" busy={save.busy} disabled={error !== null} onClick={() => void save.run(add())}>
            {t('contacts.groups.save')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        {groups.length > 0 && (
          <fieldset className={css.list}>
            <legend className="visually-hidden">{t('contacts.groups.there')}</legend>
            {groups.map((group) => (
              <label key={group} className={css.choice}>
                <input
                  type="checkbox"
                  className={css.box}
                  checked={chosen.has(group)}
                  disabled={isFull && !chosen.has(group)}
                  onChange={(event) => put(group, event.target.checked)}
                />
                <bdi>{group}</bdi>
              </label>
            ))}
          </fieldset>
        )}
        <form
          className={css.new}
          onSubmit={(event) => {
            event.preventDefault()
            add()
          }}
        >
          <TextField
            label={t('contacts.groups.new')}
            hint={isFull ? t('contacts.groups.full', { count: MAX_GROUPS }) : t('contacts.groups.newHint')}
            error={error}
            value={typed}
            maxLength={MAX_GROUP_CHARACTERS}
            autoComplete="off"
            disabled={isFull}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="submit" disabled={named === null || isFull}>
            {t('contacts.groups.add')}
          </Button>
        </form>
        {save.failure !== null && <FailureNote failure={save.failure} onDismiss={save.dismiss} />}
      </div>
    </Dialog>
  )
}
