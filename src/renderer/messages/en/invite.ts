/** The invitation dialog. */
export const invite = {
  slot: { title: 'Invite someone', text: 'Make a link that lets one person in.' },
} as const
