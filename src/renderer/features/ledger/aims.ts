import { create } from 'zustand'

interface LedgerAims {
  /** What a command of the palette wants of the screen it opened, until that has begun. */
  act: 'check' | null
  take: (act: 'check' | null) => void
}

export const useLedgerAims = create<LedgerAims>()((set) => ({
  act: null,
  take: (act) => set({ act }),
}))
