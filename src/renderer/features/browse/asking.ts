import { create } from 'zustand'
import type { TabId } from '../../../shared/model/browse.ts'
import type { Failure } from '../../bridge/failure.ts'

/** Something typed that led nowhere: it stands in the field, and what is wrong with it under that. */
export interface Refused {
  address: string
  /** Null: nothing is wrong with it, and the gateway that would show it is off. */
  failure: Failure | null
}

interface AddressField {
  refused: Refused | null
  /** Counts up whenever the field shall have the keyboard, and how often it has had it: it may come later. */
  focuses: number
  taken: number
  /** The tab over which it shall: before that is seen, what is typed would be gone with the other. Null: any. */
  over: TabId | null
  /** Counts up whenever the page shall. */
  pageFocuses: number
  refuse: (refused: Refused | null) => void
  focus: (over?: TabId) => void
  /** Whether the field shall have the keyboard and has not had it yet; from now on it has. */
  take: (seen: TabId | null) => boolean
  focusPage: () => void
}

/** What any place of the window wants of the address field, which may not be there yet. */
export const useAddressField = create<AddressField>()((set, get) => ({
  refused: null,
  focuses: 0,
  taken: 0,
  over: null,
  pageFocuses: 0,
  refuse: (refused) => set({ refused }),
  focus: (over) => set(({ focuses }) => ({ focuses: focuses + 1, over: over ?? null })),
  take: (seen) => {
    const { focuses, taken, over } = get()
    if (focuses === taken || (over !== null && over !== seen)) return false
    set({ taken: focuses })
    return true
  },
  focusPage: () => set(({ pageFocuses }) => ({ pageFocuses: pageFocuses + 1 })),
}))
