import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLink, useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { MAX_TEXT_BYTES, type Conversation } from '../../../shared/model/chat.ts'
import { KiB } from '../../../shared/units.ts'
import type { WhoIsIt } from '../contacts/use-who.ts'
import { usePeerOf } from '../peers/store.ts'
import { bytesLeft, Compose } from '../../ui/Compose.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import css from './Composer.module.css'
import { useDrafts } from './drafts.ts'

/** Nobody needs to see the limit of a text that is further from it. */
const SHOW_LIMIT_BYTES = 2 * KiB

export function Composer({ who, conversation }: { who: WhoIsIt; conversation: Conversation | null }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { link } = useLink()
  const { account, name } = who
  const text = useDrafts((drafts) => drafts.texts.get(account) ?? '')
  const write = useDrafts((drafts) => drafts.write)
  const left = bytesLeft(text, MAX_TEXT_BYTES)

  const send = useCall(async (text: string) => {
    const { id } = conversation ?? (await client.chat.open({ with: account }))
    await client.chat.send({ conversation: id, text })
    // What was typed while it was being stored stays.
    if (useDrafts.getState().texts.get(account) === text) write(account, '')
  })

  return (
    <Compose
      label={t('chats.compose.label', { name })}
      sendLabel={t('chats.compose.send')}
      text={text}
      onText={(next) => write(account, next)}
      canSend={text.trim() !== '' && left >= 0 && !send.busy && link.state === 'open'}
      onSend={() => void send.run(text)}
      limit={left < SHOW_LIMIT_BYTES ? { text: limitText(t, left), over: left < 0 } : null}
    >
      <WaitingNote name={name} who={who} conversation={conversation} />
      {send.failure !== null && (
        <FailureNote failure={send.failure} kept={t('chats.compose.kept')} onDismiss={send.dismiss} />
      )}
    </Compose>
  )
}

function limitText(t: TFunction, left: number): string {
  const count = Math.abs(left)
  const size =
    count < KiB ? t('chats.compose.bytes', { count }) : t('chats.compose.kib', { count: Math.round(count / KiB) })
  return left >= 0 ? t('chats.compose.left', { size }) : t('chats.compose.over', { size })
}

interface WaitingProps {
  name: string
  who: WhoIsIt
  conversation: Conversation | null
}

/** What has not arrived yet, and why; or that what is written now will wait. */
function WaitingNote({ name, who, conversation }: WaitingProps): ReactNode {
  const { t } = useTranslation()
  const away = usePeerOf(who.account)?.state !== 'connected'
  const waiting = conversation?.waiting ?? 0
  // Why these wait is said above it.
  if (conversation?.left != null) return null
  const words = { name, count: waiting }
  if (waiting > 0 && (conversation?.waitingFor === 'peer' || away)) {
    return <p className={css.waiting}>{t('chats.waiting.peer', words)}</p>
  }
  if (waiting > 0 && conversation?.waitingFor === 'door') {
    return <p className={css.waiting}>{t('chats.waiting.door', words)}</p>
  }
  if (away) return <p className={css.waiting}>{t('chats.waiting.away', { name })}</p>
  return null
}
