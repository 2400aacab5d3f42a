import { create } from 'zustand'
import type { RuleForm } from './rule-form.ts'

interface Forms {
  kept: ReadonlyMap<string, RuleForm>
  keep: (key: string, form: RuleForm) => void
  drop: (key: string) => void
}

/** What was written into the dialog and not saved, by the rule it is about: closing the dialog loses nothing. */
export const useRuleForms = create<Forms>()((set) => ({
  kept: new Map(),
  keep: (key, form) => set(({ kept }) => ({ kept: new Map(kept).set(key, form) })),
  drop: (key) =>
    set(({ kept }) => {
      const left = new Map(kept)
      left.delete(key)
      return { kept: left }
    }),
}))
