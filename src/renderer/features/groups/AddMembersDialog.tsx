import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { MAX_MEMBERS, type Group } from '../../../shared/model/groups.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import css from './Groups.module.css'
import { MembersPicker } from './MembersPicker.tsx'

/** More people for a group; also those who left or were removed. */
export function AddMembersDialog({ group, onClose }: { group: Group; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [chosen, setChosen] = useState<ReadonlySet<AccountId>>(new Set())
  const within = group.members.filter(({ state }) => state === 'joined' || state === 'invited')
  const former = new Set(group.members.filter((member) => !within.includes(member)).map(({ account }) => account))
  const add = useCall(async () => {
    await client.groups.add({ group: group.id, accounts: [...chosen] })
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('groups.add.title', { title: group.title })}
      description={t(`groups.add.history_${group.history}`)}
      closeLabel={t('close')}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={chosen.size === 0} busy={add.busy} onClick={() => void add.run()}>
            {chosen.size === 0 ? t('groups.add.none') : t('groups.add.do', { count: chosen.size })}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        <MembersPicker
          chosen={chosen}
          onChange={setChosen}
          room={Math.max(0, MAX_MEMBERS - within.length)}
          most={MAX_MEMBERS}
          without={new Set(within.map(({ account }) => account))}
          noteOf={(account) => (former.has(account) ? t('groups.add.again') : null)}
        />
        {add.failure !== null && <FailureNote failure={add.failure} onDismiss={add.dismiss} />}
      </div>
    </Dialog>
  )
}
