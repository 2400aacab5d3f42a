import { create } from 'zustand'
import type { AccountId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import type { Chip } from '../files/chip.ts'

/** Beside its text, what is being written in one conversation. */
export interface Composing {
  reply: Message | null
  /** The message that is changed, and what it is to say; the draft beside it stays. */
  edit: { message: Message; text: string } | null
  /** People who were named by choosing them, by what stands for them in the text. */
  named: readonly { account: AccountId; label: string }[]
  files: readonly Chip[]
}

export const nothingComposed: Composing = { reply: null, edit: null, named: [], files: [] }

interface Store {
  /** By account, or by conversation where that is no person's. */
  of: ReadonlyMap<string, Composing>
  /** Counts what asks for the field: somebody who chose to reply goes on by typing. */
  wanted: number
  change: (key: string, changes: Partial<Composing>) => void
  /** One chip of one conversation; gone where `chip` is null. */
  putChip: (key: string, id: string, chip: Chip | null) => void
  reply: (key: string, message: Message) => void
  edit: (key: string, message: Message) => void
  clear: (key: string) => void
}

/** For as long as the window lives; the text beside it is kept longer. */
export const useComposing = create<Store>()((set) => {
  const put = (key: string, change: (composing: Composing) => Composing, wanted = 0): void =>
    set((store) => ({
      of: new Map(store.of).set(key, change(store.of.get(key) ?? nothingComposed)),
      wanted: store.wanted + wanted,
    }))
  return {
    of: new Map(),
    wanted: 0,
    change: (key, changes) => put(key, (composing) => ({ ...composing, ...changes })),
    putChip: (key, id, chip) =>
      put(key, (composing) => {
        const { files } = composing
        if (chip === null) return { ...composing, files: files.filter((one) => one.id !== id) }
        const known = files.some((one) => one.id === id)
        return { ...composing, files: known ? files.map((one) => (one.id === id ? chip : one)) : [...files, chip] }
      }),
    reply: (key, message) => put(key, (composing) => ({ ...composing, reply: message, edit: null }), 1),
    edit: (key, message) => put(key, (composing) => ({ ...composing, edit: { message, text: message.text } }), 1),
    clear: (key) => put(key, () => nothingComposed),
  }
})

