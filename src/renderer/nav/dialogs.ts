import { create } from 'zustand'

export type DialogName = 'palette' | 'shortcuts' | 'start-chat' | 'invite' | 'phrase'

interface Dialogs {
  /** One at a time: a dialog that opens another takes its place. */
  open: DialogName | null
  show: (name: DialogName) => void
  close: () => void
}

export const useDialogs = create<Dialogs>()((set) => ({
  open: null,
  show: (open) => set({ open }),
  close: () => set({ open: null }),
}))
