/** The ledger screen. */
export const ledger = {
  title: 'Ledger',
} as const
