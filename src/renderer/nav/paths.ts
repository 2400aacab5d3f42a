import type { AccountId, ConversationId } from '../../shared/ids.ts'

export type DoorSection = 'knocks' | 'missed' | 'rules' | 'log' | 'blocked'

/** Where things are. The window keeps them behind a `#`, so that a reload stays where it was. */
export const paths = {
  chats: '/chats',
  conversation: (id: ConversationId) => `/chats/with/${id}`,
  /** Somebody there is no conversation with yet. */
  person: (account: AccountId) => `/chats/person/${account}`,
  door: '/door',
  doorSection: (section: DoorSection) => `/door/${section}`,
  network: '/network',
  settings: '/settings',
} as const
