import { VolumeX, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import css from './JustMuted.module.css'
import { setMuted } from './state.ts'
import { squareStore } from './store.ts'

export interface Muted {
  account: AccountId
  name: string
}

/** What somebody said just went from the room: why, and a way to take it back. */
export function JustMuted({ account, name, onOver }: Muted & { onOver: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const undo = useCall(async () => {
    const { muted } = await client.square.mute({ account, muted: false })
    squareStore.change((state) => setMuted(state, muted))
    onOver()
  })
  return (
    <div className={css.line}>
      <VolumeX aria-hidden="true" />
      <output className={css.words}>
        <bdi>{t('square.person.muted', { name })}</bdi>
      </output>
      {undo.failure !== null && <FailureNote failure={undo.failure} onDismiss={undo.dismiss} />}
      <Button size="small" busy={undo.busy} onClick={() => void undo.run()}>
        {t('square.person.undo')}
      </Button>
      <IconButton label={t('dismiss')} icon={<X />} onClick={onOver} />
    </div>
  )
}
