import type { ConversationId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import type { Group } from '../../../shared/model/groups.ts'
import { chatsStore } from '../chats/store.ts'

export interface GroupTalk {
  conversation: Conversation
  group: Group
}

/** Null where there is no such group here. */
export function useGroup(id: ConversationId | null): GroupTalk | null {
  const conversation = chatsStore.use(({ state }) => (id === null ? undefined : state.conversations.get(id)))
  if (conversation === undefined || conversation.group === null) return null
  return { conversation, group: conversation.group }
}
