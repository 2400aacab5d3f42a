/** The first run, and an account that cannot be opened. */
export const welcome = {
  title: 'Welcome to Latch',
  text: 'Talk directly, device to device. Nobody gets in unless you lift the latch.',
  name: 'Your name',
  nameHint: 'What people see when you knock. You can change it later.',
  create: 'Create account',
  ways: 'Used Latch before?',
  way: { link: 'I have Latch on another device', backup: 'I have a backup', restore: 'I have a recovery phrase' },
  wayNote: {
    link: 'Your account and messages, on both',
    backup: 'Everything as it was then',
    restore: 'Who you are; messages stay where they were',
  },
  restoreTitle: 'Restore your account',
  restoreText: 'The twelve words bring back your account on this device. Messages stay where they were.',
  phrase: 'Recovery phrase',
  phraseHint: '{{count}} of {{of}} words',
  phraseKept: 'What you typed is kept.',
  restore: 'Restore account',
  lockedTitle: 'Your account is locked',
  lockedKept: 'Nothing was changed or deleted.',
} as const
