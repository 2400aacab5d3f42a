import { SendHorizontal } from 'lucide-react'
import { useEffect, useRef, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLink, useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { MAX_TEXT_BYTES, type Conversation } from '../../../shared/model/chat.ts'
import { KiB } from '../../../shared/units.ts'
import type { WhoIsIt } from '../contacts/use-who.ts'
import { usePeerOf } from '../peers/store.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import css from './Composer.module.css'
import { useDrafts } from './drafts.ts'

/** Nobody needs to see the limit of a text that is further from it. */
const SHOW_LIMIT_BYTES = 2 * KiB

const encoder = new TextEncoder()

/** Bytes that still fit; below zero the text is too long. */
export function bytesLeft(text: string): number {
  return MAX_TEXT_BYTES - encoder.encode(text).byteLength
}

export function Composer({ who, conversation }: { who: WhoIsIt; conversation: Conversation | null }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { link } = useLink()
  const { account, name } = who
  const text = useDrafts((drafts) => drafts.texts.get(account) ?? '')
  const write = useDrafts((drafts) => drafts.write)
  const field = useRef<HTMLTextAreaElement>(null)
  const left = bytesLeft(text)

  const send = useCall(async (text: string) => {
    const { id } = conversation ?? (await client.chat.open({ with: account }))
    await client.chat.send({ conversation: id, text })
    // What was typed while it was being stored stays.
    if (useDrafts.getState().texts.get(account) === text) write(account, '')
  })

  // A conversation is opened to write in it; on a touch screen that would raise the keyboard unasked.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true })
  }, [])

  const canSend = text.trim() !== '' && left >= 0 && !send.busy && link.state === 'open'
  const submit = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault()
    if (canSend) void send.run(text)
  }

  return (
    <form className={css.composer} onSubmit={submit}>
      <WaitingNote name={name} who={who} conversation={conversation} />
      {send.failure !== null && (
        <FailureNote failure={send.failure} kept={t('chats.compose.kept')} onDismiss={send.dismiss} />
      )}
      <div className={css.row}>
        <textarea
          ref={field}
          className={css.field}
          rows={1}
          dir="auto"
          aria-label={t('chats.compose.label', { name })}
          placeholder={t('chats.compose.label', { name })}
          aria-describedby={left < SHOW_LIMIT_BYTES ? `limit-${account}` : undefined}
          aria-invalid={left < 0 || undefined}
          value={text}
          onChange={(event) => write(account, event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event)
          }}
        />
        <button type="submit" className={css.send} disabled={!canSend} aria-label={t('chats.compose.send')}>
          <SendHorizontal />
        </button>
      </div>
      {left < SHOW_LIMIT_BYTES && <Limit id={`limit-${account}`} left={left} />}
    </form>
  )
}

function Limit({ id, left }: { id: string; left: number }): ReactNode {
  const { t } = useTranslation()
  const count = Math.abs(left)
  const size =
    count < KiB ? t('chats.compose.bytes', { count }) : t('chats.compose.kib', { count: Math.round(count / KiB) })
  if (left >= 0) return <p id={id} className={css.left}>{t('chats.compose.left', { size })}</p>
  return (
    <p id={id} className={css.over} role="alert">
      {t('chats.compose.over', { size })}
    </p>
  )
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
