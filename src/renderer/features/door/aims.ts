import { create } from 'zustand'
import type { RuleId } from '../../../shared/ids.ts'
import type { LogFilter } from '../../../shared/model/door.ts'

/** What a link or a command wants of the screen that it leads to. */
export interface Aim {
  /** The rule to show. */
  rule?: RuleId
  /** Of the log, only this. */
  log?: LogFilter
  act?: 'add-rule' | 'import-rules' | 'check-log'
}

interface Aims {
  aim: Aim
  take: (aim: Aim) => void
}

/** One at a time: the screen that it was meant for does it and puts it away. */
export const useAims = create<Aims>()((set) => ({
  aim: {},
  take: (aim) => set({ aim }),
}))
