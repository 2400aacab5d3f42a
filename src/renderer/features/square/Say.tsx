import { Globe, X } from 'lucide-react'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Room } from '../../../shared/model/square.ts'
import { useClient, useLink } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { isOnline, peersStore } from '../peers/store.ts'
import { settingsStore } from '../settings/store.ts'
import { Banner } from '../../ui/Banner.tsx'
import { bytesLeft, Compose } from '../../ui/Compose.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { draftKey, useRoomDrafts } from './drafts.ts'
import css from './Say.module.css'
import { putPost } from './state.ts'
import { squareStore } from './store.ts'

/** What one gossip message of a room carries of UTF-8. */
export const MAX_POST_BYTES = 2_048

/** Nobody needs to see the limit of a text that is further from it. */
const SHOW_LIMIT_BYTES = 256

/** Where one says something to everybody in a room, and is told that it is everybody. */
export function Say({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { link } = useLink()
  const enterSends = settingsStore.use(({ state }) => state.enterSends)
  const online = peersStore.use(({ state }) => isOnline(state))
  const key = draftKey(room)
  const text = useRoomDrafts(({ texts }) => texts.get(key) ?? '')
  const write = useRoomDrafts((drafts) => drafts.write)
  // Main trims what is around it before it counts.
  const left = bytesLeft(text.trim(), MAX_POST_BYTES)

  const say = useCall(async (said: string) => {
    const post = await client.square.post({ room: room.name, text: said.trim() })
    squareStore.change((state) => putPost(state, post))
    // What was typed while it was on its way stays.
    if (useRoomDrafts.getState().texts.get(key) === said) write(key, '')
  })

  return (
    <Compose
      label={t('square.compose.label', { name: room.name })}
      sendLabel={t('square.compose.send')}
      text={text}
      onText={(next) => write(key, next)}
      canSend={text.trim() !== '' && left >= 0 && !say.busy && link.state === 'open'}
      onSend={() => void say.run(text)}
      enterSends={enterSends}
      limit={left < SHOW_LIMIT_BYTES ? { text: limitText(t, left), over: left < 0 } : null}
    >
      {say.failure !== null && <NotSaid failure={say.failure} onDismiss={say.dismiss} />}
      <p className={css.notice}>
        <Globe aria-hidden="true" />
        <span>
          {t('square.compose.notice')}
          {(!online || room.peers === 0) && ` ${t('square.compose.nobody')}`}
        </span>
      </p>
    </Compose>
  )
}

function limitText(t: TFunction, left: number): string {
  return left >= 0 ? t('square.compose.left', { count: left }) : t('square.compose.over', { count: -left })
}

/** Too much at once is nobody's fault and passes: it is told apart from what failed. */
function NotSaid({ failure, onDismiss }: { failure: Failure; onDismiss: () => void }): ReactNode {
  const { t } = useTranslation()
  if (failure.code !== 'BUSY') {
    return <FailureNote failure={failure} kept={t('square.compose.kept')} onDismiss={onDismiss} />
  }
  return (
    <Banner
      tone="warning"
      title={failure.detail ?? t('square.compose.tooFast')}
      text={t('square.compose.tooFastTodo')}
      action={<IconButton label={t('dismiss')} icon={<X />} onClick={onDismiss} />}
    />
  )
}
