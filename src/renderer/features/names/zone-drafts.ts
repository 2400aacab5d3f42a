import { create } from 'zustand'
import type { ZoneDraft } from './zone-draft.ts'

interface Drafts {
  drafts: ReadonlyMap<string, ZoneDraft>
  /** Null: it is not edited any more. */
  put: (key: string, draft: ZoneDraft | null) => void
}

/** Zones that are edited and not signed, for as long as the window lives: leaving the page loses nothing. */
export const useZoneDrafts = create<Drafts>()((set) => ({
  drafts: new Map(),
  put: (key, draft) =>
    set(({ drafts }) => {
      const next = new Map(drafts)
      if (draft === null) next.delete(key)
      else next.set(key, draft)
      return { drafts: next }
    }),
}))
