import { create } from 'zustand'
import type { MyName } from '../../../shared/model/names.ts'

const STORED = 'latch.ignored-offers'
/** The oldest go first; nobody is offered more than this and remembers. */
const MOST = 200

interface Ignored {
  keys: readonly string[]
  ignore: (offer: MyName) => void
  show: (offer: MyName) => void
}

/** An offer of the same name by another owner is another offer. */
export function offerKey({ fullName, onLedger }: MyName): string {
  return `${fullName} ${onLedger?.owner ?? ''}`
}

/** Offers that this person wants to hear nothing of. Only here: whoever offers is told nothing. */
export const useIgnored = create<Ignored>()((set) => ({
  keys: stored(),
  ignore: (offer) => set(({ keys }) => keep([...keys.filter((key) => key !== offerKey(offer)), offerKey(offer)])),
  show: (offer) => set(({ keys }) => keep(keys.filter((key) => key !== offerKey(offer)))),
}))

function keep(keys: readonly string[]): Pick<Ignored, 'keys'> {
  const kept = keys.slice(-MOST)
  localStorage.setItem(STORED, JSON.stringify(kept))
  return { keys: kept }
}

function stored(): string[] {
  try {
    const keys: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]')
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []
  } catch {
    return []
  }
}
