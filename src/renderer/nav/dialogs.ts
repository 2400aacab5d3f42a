import { create } from 'zustand'

export type DialogName =
  | 'palette'
  | 'address'
  | 'shortcuts'
  | 'start-chat'
  | 'new-group'
  | 'invite'
  | 'connect'
  | 'introducer'
  | 'join-network'
  | 'make-network'
  | 'enter-room'
  | 'phrase'

interface Dialogs {
  /** One at a time: a dialog that opens another takes its place. */
  open: DialogName | null
  /** What its first field starts with: the link that somebody clicked. */
  preset: string
  show: (name: DialogName, preset?: string) => void
  close: () => void
}

export const useDialogs = create<Dialogs>()((set) => ({
  open: null,
  preset: '',
  show: (open, preset = '') => set({ open, preset }),
  close: () => set({ open: null, preset: '' }),
}))
