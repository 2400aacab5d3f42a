/** The door: knocks, rules, the log, blocked people. */
export const door = {
  title: 'Door',
} as const
