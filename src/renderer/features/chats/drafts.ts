import { create } from 'zustand'
import type { AccountId } from '../../../shared/ids.ts'

interface Drafts {
  texts: ReadonlyMap<AccountId, string>
  greetings: ReadonlyMap<AccountId, string>
  write: (to: AccountId, text: string) => void
  greet: (to: AccountId, greeting: string) => void
}

/**
 * What was typed and not sent, for each person, for as long as the window lives. In memory only: the database is
 * encrypted and a browser's storage is not.
 */
export const useDrafts = create<Drafts>()((set) => ({
  texts: new Map(),
  greetings: new Map(),
  write: (to, text) => set(({ texts }) => ({ texts: new Map(texts).set(to, text) })),
  greet: (to, greeting) => set(({ greetings }) => ({ greetings: new Map(greetings).set(to, greeting) })),
}))
