import type { AccountId } from '../../../shared/ids.ts'
import type { Lookup } from '../../../shared/model/names.ts'
import type { LookupState } from '../names/lookup-state.ts'

/** Whom a look-up leads to, and the name to which a conversation with them is pinned. */
export interface Found {
  owner: AccountId
  /** What the ledger has: not the label below it, and where another name answers for that, the other name. */
  pinned: string
}

export function foundIn(lookup: Lookup, tld: string): Found | null {
  const { fullName, outcome } = lookup
  switch (outcome.outcome) {
    case 'found':
      return { owner: outcome.owner, pinned: `${outcome.zone.name}.${tld}` }
    case 'no-zone':
    case 'unreachable':
      return { owner: outcome.owner, pinned: fullName.split('.').slice(-2).join('.') }
    default:
      return null
  }
}

/** Whether asking again may come to something else: it was stopped, or the ledger was behind. */
export function isWorthAgain({ phase, lookup }: LookupState): boolean {
  return phase === 'stopped' || (phase === 'done' && lookup?.outcome.outcome === 'catching-up')
}

/** Whether a device of theirs has to be connected first: who was never met, or is no contact, has nowhere to knock. */
export function mustConnect(isContact: boolean, isConnected: boolean): boolean {
  return !isContact && !isConnected
}
