/** Chats: conversations, messages, asking to be let in. */
export const chats = {
  title: 'Chats',
} as const
