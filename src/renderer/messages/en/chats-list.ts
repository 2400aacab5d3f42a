/** Chats: the list of conversations. */
export const chatsList = {
  draft: 'Draft:',
  kept: 'Kept on top',
  muted: 'Muted',
  mentioned_one: 'You are named or answered in {{count}} message',
  mentioned_other: 'You are named or answered in {{count}} messages',
  find: {
    label: 'Find a conversation',
    messages: 'Search all messages for “{{query}}”',
    none: 'No conversation and nobody you have met is called “{{query}}”.',
  },
  filter: {
    label: 'Which conversations are listed',
    all: 'All',
    unread: 'Unread',
    groups: 'Groups',
    none: { all: 'All conversations are archived.', unread: 'You have read everything.', groups: 'You are in no group.' },
  },
  archived: { title: 'Archived', show: 'Show archived', hide: 'Hide archived' },
  list: {
    menu: 'What can be done with {{name}}',
    read: 'Mark as read',
    keep: 'Keep on top',
    unkeep: 'No longer keep on top',
    mute: 'Mute…',
    unmute: 'Unmute',
    archive: 'Archive',
    unarchive: 'Take out of the archive',
  },
} as const
