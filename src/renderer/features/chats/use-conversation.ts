import { useEffect, useEffectEvent } from 'react'
import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { conversationWith, putLaterPage, putNewestPage, putOlderPage, type Held } from './state.ts'
import { chatsStore } from './store.ts'

const PAGE = 100
/** More than this are not asked for again in one page. */
const MAX_PAGE = 500

export function useConversationWith(account: AccountId): Conversation | null {
  return chatsStore.use(({ state }) => conversationWith(state, account))
}

export function useConversation(id: ConversationId): Conversation | null {
  return chatsStore.use(({ state }) => state.conversations.get(id) ?? null)
}

export interface LoadedMessages {
  /** Null until the first page is here. */
  held: Held | null
  newest: Call<[], void>
  older: Call<[], void>
  later: Call<[], void>
}

/** The messages of a conversation: the newest page at once, and again after the stream broke; others on demand. */
export function useMessages(conversation: Conversation | null): LoadedMessages {
  const client = useClient()
  const id = conversation?.id ?? null
  const held = chatsStore.use(({ state }) => (id === null ? null : (state.held.get(id) ?? null)))
  const live = chatsStore.use(({ freshness }) => freshness === 'live')
  const current = held?.current === true

  const newest = useCall(async () => {
    if (id === null) return
    const page = await client.chat.messages({ conversation: id, limit: PAGE })
    chatsStore.change((state) => putNewestPage(state, id, page))
  })
  const older = useCall(async () => {
    const first = held?.messages[0]
    if (id === null || first === undefined || held?.more !== true) return
    const page = await client.chat.messages({ conversation: id, before: first.order, limit: PAGE })
    chatsStore.change((state) => putOlderPage(state, id, page))
  })
  const later = useCall(async () => {
    const last = held?.messages.at(-1)
    if (id === null || last === undefined || held?.later !== true) return
    const page = await client.chat.messages({ conversation: id, after: last.order, limit: PAGE })
    chatsStore.change((state) => putLaterPage(state, id, page))
  })
  /** Of what was said long ago, and was looked at while the stream broke: it stays where it is. */
  const renew = useCall(async () => {
    const first = held?.messages[0]
    if (id === null || first === undefined || held === null) return
    const limit = Math.min(MAX_PAGE, held.messages.length)
    const page = await client.chat.messages({ conversation: id, after: first.order, limit })
    chatsStore.change((state) => putLaterPage(state, id, { ...page, later: held.later }))
  })

  const load = useEffectEvent(() => void (held?.later === true ? renew : newest).run())
  useEffect(() => {
    if (id !== null && live && !current) load()
  }, [id, live, current])

  return { held: held?.loaded === true ? held : null, newest, older, later }
}
