/** The settings screen. */
export const settings = {
  slot: { title: 'Settings', text: 'Account, appearance and storage.' },
} as const
