import { useEffect, useEffectEvent } from 'react'
import type { AccountId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { conversationWith, putNewestPage, putOlderPage, type Held } from './state.ts'
import { chatsStore } from './store.ts'

const PAGE = 100

export function useConversationWith(account: AccountId): Conversation | null {
  return chatsStore.use(({ state }) => conversationWith(state, account))
}

export interface LoadedMessages {
  /** Null until the first page is here. */
  held: Held | null
  newest: Call<[], void>
  older: Call<[], void>
}

/** The messages of a conversation: the newest page at once, and again after the stream broke; older ones on demand. */
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

  const load = useEffectEvent(() => void newest.run())
  useEffect(() => {
    if (id !== null && live && !current) load()
  }, [id, live, current])

  return { held: held?.loaded === true ? held : null, newest, older }
}
