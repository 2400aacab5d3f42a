import { create } from 'zustand'

/** Whether a page of a site fills its place in this window now: what would float over it stands beside it then. */
export const usePageSeen = create<{ isSeen: boolean; set: (isSeen: boolean) => void }>()((set) => ({
  isSeen: false,
  set: (isSeen) => set({ isSeen }),
}))
