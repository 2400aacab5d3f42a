import { Ban } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useWho } from '../contacts/use-who.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { BesideLedgerName } from '../names/LedgerName.tsx'
import { useAims } from './aims.ts'
import css from './Door.module.css'
import { doorStore } from './store.ts'
import { useBlockedNotes } from './use-blocked-notes.ts'

export function BlockedList(): ReactNode {
  const { t } = useTranslation()
  const loading = doorStore.use(({ freshness }) => freshness === 'loading')
  const blocked = doorStore.use(({ state }) => state.blocked)
  const notes = useBlockedNotes()
  if (loading) return <Skeleton label={t('door.loading')} />
  if (blocked.length === 0) {
    return <EmptyState icon={<Ban />} title={t('door.empty.blocked.title')} text={t('door.empty.blocked.text')} />
  }
  return (
    <div className={css.page}>
      <ul className={css.list}>
        {blocked.map((account) => (
          <Blocked key={account} account={account} note={notes.get(account) ?? ''} />
        ))}
      </ul>
    </div>
  )
}

function Blocked({ account, note }: { account: AccountId; note: string }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { name } = useWho(account)
  const take = useAims((aims) => aims.take)
  const unblock = useCall(() => client.door.block({ account, blocked: false }))
  return (
    <li>
      <div className={css.item}>
        <Avatar of={account} />
        <div className={css.itemWords}>
          <p className={css.itemTitle}>
            <BesideLedgerName account={account}>{name}</BesideLedgerName>
          </p>
          <Key value={account} label={t('key.account')} />
          {note !== '' && (
            <p className={css.itemNote}>
              <bdi>{t('door.blocked.note', { note })}</bdi>
            </p>
          )}
          <Link
            href={paths.doorSection('log')}
            className={css.itemLink ?? ''}
            aria-label={t('door.blocked.inLogLabel', { name })}
            onClick={() => take({ log: { account } })}
          >
            {t('door.blocked.inLog')}
          </Link>
        </div>
        <Button
          size="small"
          busy={unblock.busy}
          aria-label={t('door.blocked.unblockLabel', { name })}
          onClick={() => void unblock.run()}
        >
          {t('door.blocked.unblock')}
        </Button>
      </div>
      {unblock.failure !== null && <FailureNote failure={unblock.failure} />}
    </li>
  )
}
