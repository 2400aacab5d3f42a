import { create } from 'zustand'

/** More are not looked through; typing is quicker. */
const KEPT = 6

interface Last {
  searches: readonly string[]
  keep: (text: string) => void
  forget: () => void
}

/** What was looked for and led somewhere. It is in no file: what somebody looked for says more than what was said. */
export const useLast = create<Last>()((set) => ({
  searches: [],
  keep: (text) => {
    const kept = text.trim()
    if (kept === '') return
    set(({ searches }) => ({ searches: [kept, ...searches.filter((one) => one !== kept)].slice(0, KEPT) }))
  },
  forget: () => set({ searches: [] }),
}))
