import { create } from 'zustand'
import type { Room } from '../../../shared/model/square.ts'

interface Drafts {
  texts: ReadonlyMap<string, string>
  write: (key: string, text: string) => void
}

/** What was typed and not said, for each room, for as long as the window lives. In memory only, as in Chats. */
export const useRoomDrafts = create<Drafts>()((set) => ({
  texts: new Map(),
  write: (key, text) => set(({ texts }) => ({ texts: new Map(texts).set(key, text) })),
}))

/** A room of the same name in another network is another room, and what was meant for one is not said in the other. */
export function draftKey({ network, name }: Pick<Room, 'network' | 'name'>): string {
  return `${network}/${name}`
}
