import type { TFunction } from 'i18next'
import { SendHorizontal, Smile } from 'lucide-react'
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConversationId } from '../../../../shared/ids.ts'
import { MAX_TEXT_BYTES, type Conversation } from '../../../../shared/model/chat.ts'
import { KiB } from '../../../../shared/units.ts'
import { useLink } from '../../../bridge/bridge.tsx'
import { bytesLeft } from '../../../ui/Compose.tsx'
import { sends } from '../../../ui/enter.ts'
import { FailureNote } from '../../../ui/FailureNote.tsx'
import { settingsStore } from '../../settings/store.ts'
import { canEdit } from '../acts/menu.ts'
import { useDraft } from '../drafts.ts'
import { EmojiPopover } from '../emoji/EmojiPopover.tsx'
import { AttachButton } from '../files/AttachButton.tsx'
import { Chips } from '../files/Chips.tsx'
import { useStaging } from '../files/use-staging.ts'
import { chatsStore } from '../store.ts'
import { canRecord } from '../voice/recording.ts'
import { VoiceButton } from '../voice/VoiceButton.tsx'
import { Banner } from './Banner.tsx'
import css from './Composer.module.css'
import { nothingComposed, useComposing } from './composing.ts'
import { Offers } from './Offers.tsx'
import { useCompletion } from './use-completion.ts'
import { useSend } from './use-send.ts'

/** Nobody needs to see the limit of a text that is further from it. */
const SHOW_LIMIT_BYTES = 2 * KiB

export interface ComposerProps {
  draftKey: string
  /** To whom it goes. */
  name: string
  conversation: Conversation | null
  /** Makes the conversation where there is none. */
  open: () => Promise<ConversationId>
  /** Above the field: what should be known before one writes. */
  children?: ReactNode
}

/** Where one writes: Enter sends unless it was chosen to begin a line, and Esc loses nothing. */
export function Composer({ draftKey, name, conversation, open, children }: ComposerProps): ReactNode {
  const { t } = useTranslation()
  const id = useId()
  const { link } = useLink()
  const enterSends = settingsStore.use(({ state }) => state.enterSends)
  const field = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState(0)
  /** The button that the emoji lie beside. */
  const [picking, setPicking] = useState<Element | null>(null)
  const [recording, setRecording] = useState(false)
  const composing = useComposing((store) => store.of.get(draftKey) ?? nothingComposed)
  const { change, edit: editOf, wanted } = useComposing()
  const [draft, writeDraft] = useDraft(draftKey, conversation)
  const { edit, reply, named, files } = composing
  const text = edit === null ? draft : edit.text
  const left = bytesLeft(text, MAX_TEXT_BYTES)
  const { send, sendFile, typing } = useSend({ draftKey, conversation, open, composing })
  const stage = useStaging(draftKey)
  useFocus(field, wanted)

  const write = (next: string): void => {
    if (edit === null) writeDraft(next)
    else change(draftKey, { edit: { ...edit, text: next } })
    if (next !== '' && edit === null) typing()
  }
  /** From elsewhere than the keyboard: the caret goes behind what was put in. */
  const put = (next: string, caret: number): void => {
    write(next)
    setCaret(caret)
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(caret, caret)
    })
  }
  const completion = useCompletion({
    text,
    caret,
    conversation,
    onText: put,
    onNamed: (account, label) => change(draftKey, { named: [...named, { account, label }] }),
  })

  const isReady = files.every(({ state }) => state === 'ready')
  const hasSomething = text.trim() !== '' || (files.length > 0 && edit === null)
  const canSend = hasSomething && isReady && left >= 0 && !send.busy && link.state === 'open'
  const submit = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault()
    if (canSend) void send.run(text)
  }
  const editLast = (): boolean => {
    const held = conversation === null ? undefined : chatsStore.api.getState().state.held.get(conversation.id)
    const last = held?.messages.findLast(canEdit)
    if (last === undefined) return false
    editOf(draftKey, last)
    return true
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (completion.onKeyDown(event) || event.nativeEvent.isComposing) return
    if (sends(event, enterSends)) return submit(event)
    const isPlain = !event.altKey && !event.shiftKey && !event.ctrlKey && !event.metaKey
    if (event.key === 'ArrowUp' && isPlain && text === '' && files.length === 0 && editLast()) event.preventDefault()
    // What was changed stays where it is: its own button throws it away.
    else if (event.key === 'Escape' && edit !== null && edit.text === edit.message.text) {
      event.preventDefault()
      change(draftKey, { edit: null })
    } else if (event.key === 'Escape' && edit === null && reply !== null) {
      event.preventDefault()
      change(draftKey, { reply: null })
    }
  }
  const limit = left < SHOW_LIMIT_BYTES ? { text: limitText(t, left), over: left < 0 } : null
  const label = t(conversation?.kind === 'self' ? 'chats.compose.notes' : 'chats.compose.label', { name })

  return (
    <form className={css.composer} onSubmit={submit}>
      {children}
      {send.failure !== null && <FailureNote failure={send.failure} kept={t('chats.compose.kept')} onDismiss={send.dismiss} />}
      {sendFile.failure !== null && <FailureNote failure={sendFile.failure} onDismiss={sendFile.dismiss} />}
      {edit !== null && <Banner what="edit" message={edit.message} onClose={() => change(draftKey, { edit: null })} />}
      {edit === null && reply !== null && <Banner what="reply" message={reply} onClose={() => change(draftKey, { reply: null })} />}
      {edit === null && <Chips draftKey={draftKey} chips={files} />}
      <div className={css.row}>
        <Offers id={`${id}-offers`} label={t('chats.compose.offers')} completion={completion} />
        {recording ? null : (
          <>
            {edit === null && <AttachButton stage={stage} />}
            <textarea
              ref={field}
              className={css.field}
              rows={1}
              dir="auto"
              aria-label={label}
              placeholder={label}
              aria-describedby={limit === null ? undefined : `${id}-limit`}
              aria-invalid={limit?.over === true || undefined}
              aria-autocomplete="list"
              aria-controls={completion.offers.length === 0 ? undefined : `${id}-offers`}
              aria-activedescendant={completion.offers.length === 0 ? undefined : `${id}-offers-${completion.at}`}
              value={text}
              onChange={(event) => {
                setCaret(event.target.selectionStart)
                write(event.target.value)
              }}
              onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
              onPaste={(event) => {
                const pasted = [...event.clipboardData.files]
                if (pasted.length === 0 || edit !== null) return
                event.preventDefault()
                stage.files(pasted)
              }}
              onKeyDown={onKeyDown}
            />
            <button
              type="button"
              className={css.tool}
              aria-label={t('chats.emoji.insert')}
              title={t('chats.emoji.insert')}
              aria-expanded={picking !== null}
              onClick={(event) => setPicking(picking === null ? event.currentTarget : null)}
            >
              <Smile />
            </button>
          </>
        )}
        {recording || (!hasSomething && edit === null && canRecord()) ? (
          <VoiceButton onRecording={setRecording} onNote={(staged) => sendFile.run(staged.id)} enabled={link.state === 'open'} />
        ) : (
          <button type="submit" className={css.send} disabled={!canSend} aria-label={t(edit === null ? 'chats.compose.send' : 'chats.compose.save')}>
            <SendHorizontal />
          </button>
        )}
      </div>
      {picking !== null && (
        <EmojiPopover
          title={t('chats.emoji.insert')}
          anchor={picking}
          onPick={(emoji) => put(`${text.slice(0, caret)}${emoji}${text.slice(caret)}`, caret + emoji.length)}
          onClose={() => setPicking(null)}
        />
      )}
      {limit !== null && (
        <p id={`${id}-limit`} className={limit.over ? css.over : css.left} role={limit.over ? 'alert' : undefined}>
          {limit.text}
        </p>
      )}
    </form>
  )
}

/** It is opened to be written in, and again when a reply was chosen; on a touch screen that would raise the keyboard unasked. */
function useFocus(field: { current: HTMLTextAreaElement | null }, wanted: number): void {
  useEffect(() => {
    if (!matchMedia('(pointer: fine)').matches) return undefined
    // What floated takes the focus back to where it was before, and this comes behind it.
    const again = wanted
    const frame = requestAnimationFrame(() => {
      if (again < 0) return
      const { current } = field
      current?.focus({ preventScroll: true })
      current?.setSelectionRange(current.value.length, current.value.length)
    })
    return () => cancelAnimationFrame(frame)
  }, [field, wanted])
}

function limitText(t: TFunction, left: number): string {
  const count = Math.abs(left)
  const size =
    count < KiB ? t('chats.compose.bytes', { count }) : t('chats.compose.kib', { count: Math.round(count / KiB) })
  return left >= 0 ? t('chats.compose.left', { size }) : t('chats.compose.over', { size })
}
