import { create } from 'zustand'
import type { KnockId } from '../../../shared/ids.ts'
import type { Answer } from '../../../shared/model/door.ts'

/** An answer can be taken back for ten seconds; nobody gives more than this in them. */
const KEPT = 50

interface Given {
  answers: ReadonlyMap<KnockId, Answer>
  give: (id: KnockId, answer: Answer) => void
}

/** The answers given in this window: a card and the line that takes its place may stand on different screens. */
export const useGiven = create<Given>()((set) => ({
  answers: new Map(),
  give: (id, answer) =>
    set(({ answers }) => ({ answers: new Map([...[...answers].filter(([held]) => held !== id).slice(1 - KEPT), [id, answer]]) })),
}))
