import { useRef } from 'react'
import type { ConversationId, TransferId } from '../../../../shared/ids.ts'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { SECOND } from '../../../../shared/units.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall, type Call } from '../../../bridge/use-call.ts'
import { useDrafts } from '../drafts.ts'
import { useComposing, type Composing } from './composing.ts'
import { stillNamed } from './completion.ts'

/** What the other side shows holds a little longer. */
const TYPING_EVERY_MS = 4 * SECOND

export interface Sending {
  send: Call<[string], void>
  /** A file that goes on its own, such as a voice note. */
  sendFile: Call<[TransferId], void>
  typing: () => void
}

export interface SendingOf {
  draftKey: string
  conversation: Conversation | null
  /** Makes the conversation where there is none. */
  open: () => Promise<ConversationId>
  composing: Composing
}

/** Sends what was written, or what a message is to say from now on. */
export function useSend({ draftKey, conversation, open, composing }: SendingOf): Sending {
  const client = useClient()
  const typedMs = useRef(0)
  const id = conversation?.id ?? null

  const send = useCall(async (text: string) => {
    const { edit, reply, named, files } = composing
    const mentions = stillNamed(text, named).map(({ account }) => account)
    const { change } = useComposing.getState()
    if (edit !== null) {
      const before = edit.message.mentions.filter((account) => !mentions.includes(account))
      await client.chat.edit({ id: edit.message.id, text, mentions: [...before, ...mentions] })
      return change(draftKey, { edit: null })
    }
    const staged = files.flatMap(({ staged }) => (staged === null ? [] : [staged.id]))
    await client.chat.send({
      conversation: id ?? (await open()),
      text,
      mentions,
      files: staged,
      ...(reply === null ? {} : { reply: reply.id }),
    })
    typedMs.current = 0
    const now = useComposing.getState().of.get(draftKey)
    const sent = new Set(files.map((chip) => chip.id))
    change(draftKey, {
      files: now?.files.filter((chip) => !sent.has(chip.id)) ?? [],
      ...(now?.reply?.id === reply?.id ? { reply: null } : {}),
    })
    // What was typed while it was being stored stays.
    const { texts, write } = useDrafts.getState()
    if ((texts.get(draftKey) ?? text) === text) write(draftKey, '')
  })

  const sendFile = useCall(async (file: TransferId) => {
    const { reply } = composing
    await client.chat.send({ conversation: id ?? (await open()), files: [file], ...(reply === null ? {} : { reply: reply.id }) })
    if (reply !== null) useComposing.getState().change(draftKey, { reply: null })
  })

  const typing = (): void => {
    const nowMs = Date.now()
    if (id === null || conversation?.kind === 'self' || nowMs - typedMs.current < TYPING_EVERY_MS) return
    typedMs.current = nowMs
    // Nobody misses it.
    client.chat.typing({ conversation: id }).catch(() => {})
  }

  return { send, sendFile, typing }
}
