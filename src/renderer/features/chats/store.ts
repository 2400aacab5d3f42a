import type { ChatEvent } from '../../../shared/contract/chat.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { applyChatEvent, countUnread, noChats, resetChats, type ChatsState } from './state.ts'

export const chatsStore = createFedStore<ChatsState, Conversation[], ChatEvent>({
  initial: noChats,
  reset: resetChats,
  apply: applyChatEvent,
})

/** Unread messages of all conversations. */
export function useUnread(): number {
  return chatsStore.use(({ state }) => countUnread(state))
}
