/** The network screen. */
export const network = {
  slot: { title: 'Network', text: 'Peers and how you reach each other.' },
} as const
