import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { shortKey } from '../../ui/Key.tsx'
import css from './Dialogs.module.css'
import { setMuted } from './state.ts'
import { squareStore } from './store.ts'
import { useAuthor } from './use-author.ts'

/** Who is muted in rooms, each with a way to be heard again. */
export function MutedDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const muted = squareStore.use(({ state }) => state.muted)
  const hear = useCall(async (account: AccountId) => {
    const answer = await client.square.mute({ account, muted: false })
    squareStore.change((state) => setMuted(state, answer.muted))
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('square.mutedDialog.title')}
      {...(muted.size === 0 ? {} : { description: t('square.mutedDialog.text') })}
      closeLabel={t('close')}
    >
      <div className={css.body}>
        {hear.failure !== null && <FailureNote failure={hear.failure} onDismiss={hear.dismiss} />}
        {muted.size === 0 ? (
          <p className={css.soft}>{t('square.mutedDialog.none')}</p>
        ) : (
          <ul className={css.list} aria-label={t('square.mutedDialog.title')}>
            {[...muted].map((account) => (
              <li key={account} className={css.item}>
                <Person account={account} busy={hear.busy} onHear={() => void hear.run(account)} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  )
}

function Person({ account, busy, onHear }: { account: AccountId; busy: boolean; onHear: () => void }): ReactNode {
  const { t } = useTranslation()
  const { name, person } = useAuthor(account, '')
  // Of somebody never met nothing is kept but the key.
  const shown = person === null ? shortKey(account) : name
  return (
    <>
      <Avatar of={account} />
      <bdi className={css.name}>{shown}</bdi>
      <Button size="small" busy={busy} aria-label={t('square.mutedDialog.againOf', { name: shown })} onClick={onHear}>
        {t('square.mutedDialog.again')}
      </Button>
    </>
  )
}
