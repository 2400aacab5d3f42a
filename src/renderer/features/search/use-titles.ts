import { useTranslation } from 'react-i18next'
import type { ConversationId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { chatsStore } from '../chats/store.ts'
import { useNamesOf } from '../groups/use-names.ts'

export interface Titles {
  conversations: ReadonlyMap<ConversationId, Conversation>
  of: (id: ConversationId) => string
}

/** What conversations are called here: the person, the group, or notes to oneself. */
export function useTitles(): Titles {
  const { t } = useTranslation()
  const conversations = chatsStore.use(({ state }) => state.conversations)
  const nameOf = useNamesOf()
  return {
    conversations,
    of: (id) => {
      const conversation = conversations.get(id)
      if (conversation === undefined) return t('person.unknown')
      if (conversation.kind === 'self') return t('search.notes')
      if (conversation.group !== null) return conversation.group.title
      return conversation.with === null ? t('person.unknown') : nameOf(conversation.with)
    },
  }
}
