import { create } from 'zustand'

interface ClaimAim {
  /** What the field starts with: a name that was looked up and is nobody's. */
  text: string
  /** Counts up with each, so that the field begins anew. */
  count: number
  claim: (text: string) => void
}

export const useClaimAim = create<ClaimAim>()((set) => ({
  text: '',
  count: 0,
  claim: (text) => set(({ count }) => ({ text, count: count + 1 })),
}))
