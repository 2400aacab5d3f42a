/** The first run, and an account that cannot be opened. */
export const welcome = {
  slot: { title: 'Welcome to Latch', text: 'Name yourself to begin.' },
} as const
