import type { AccountId } from '../../../shared/ids.ts'
import type { EntryPlace } from '../../../shared/model/blocks.ts'
import type { EntryId, NameLabel, NameOnLedger } from '../../../shared/model/ledger.ts'
import type { ClaimStep } from '../../../shared/model/names.ts'

/*
 * How a name is got: a commitment, which tells nobody which name it is; once that lies in a block, its opening; and when
 * that lies in one too, the name. Pure: `claims.ts` does it. Nothing of the way is remembered but the two entries, so that
 * a fork that takes a block back, and a restart, need no case of their own.
 */

/** A name on its way, as it is kept. */
export interface Claiming {
  readonly name: NameLabel
  readonly startedMs: number
  /** The entries made for it; null: none yet, or one that the ledger has forgotten. */
  readonly commitment: EntryId | null
  readonly registration: EntryId | null
  /** The ledger says that the commitment is there, without saying which entry it was. */
  readonly isCommitted: boolean
  /** Commitments made so far. */
  readonly attempts: number
  readonly refused: string | null
  readonly refusedMs: number | null
}

/** What a network asks of a claim: of its genesis. */
export interface ClaimRules {
  readonly claimMinBlocks: number
  readonly entryBits: number
  readonly nameBits: number
  readonly bitsPerName: number
}

/** What the ledger says of it now. */
export interface ClaimView {
  /** Whether this chain is as far as others: before that nothing is made, and nothing is said to have failed. */
  readonly isReady: boolean
  readonly height: number
  readonly me: AccountId
  /** Names that this account holds: each raises the price. */
  readonly held: number
  readonly owned: NameOnLedger | null
  /** Null: the ledger knows no such entry. */
  readonly commitment: EntryPlace | null
  readonly registration: EntryPlace | null
  readonly rules: ClaimRules
}

/** `step`: what is shown meanwhile. */
export type ClaimMove =
  | { readonly do: 'claim' | 'register' | 'wait'; readonly step: ClaimStep }
  | { readonly do: 'end'; readonly step: Extract<ClaimStep, { step: 'yours' | 'refused' }> }

export function nextMove(claiming: Claiming, view: ClaimView): ClaimMove {
  const { owned, me, height, registration, commitment } = view
  const refused = (why: string): ClaimMove => ({ do: 'end', step: { step: 'refused', why } })
  if (claiming.refused !== null) return refused(claiming.refused)
  if (owned?.owner === me && owned.phase !== 'grace' && owned.phase !== 'free') {
    const at = registration?.at === 'block' ? registration.height : height
    return { do: 'end', step: { step: 'yours', height: Math.max(1, at) } }
  }
  const wait = (step: ClaimStep): ClaimMove => ({ do: 'wait', step })
  const working = (what: 'commitment' | 'registration'): ClaimStep => ({ step: 'working', what, bits: bitsOf(what, view) })
  const register: ClaimMove = { do: view.isReady ? 'register' : 'wait', step: working('registration') }
  if (claiming.registration !== null && registration !== null) {
    if (registration.at === 'gone') return view.isReady ? refused(registration.why) : wait(working('registration'))
    const blocks = ripensIn(commitment, view)
    if (blocks > 0) return wait({ step: 'ripening', blocks })
    return wait({ step: 'waiting', what: 'registration', entry: claiming.registration })
  }
  if (claiming.commitment !== null && commitment !== null) {
    if (commitment.at === 'pool') return wait({ step: 'waiting', what: 'commitment', entry: claiming.commitment })
    if (commitment.at === 'block') return register
    return view.isReady ? refused(commitment.why) : wait(working('commitment'))
  }
  if (claiming.isCommitted) return register
  return { do: view.isReady ? 'claim' : 'wait', step: working('commitment') }
}

/** Blocks until the opening of a commitment may lie in one. */
function ripensIn(commitment: EntryPlace | null, { height, rules }: ClaimView): number {
  return commitment?.at === 'block' ? Math.max(0, commitment.height + rules.claimMinBlocks - (height + 1)) : 0
}

function bitsOf(what: 'commitment' | 'registration', { rules, held }: ClaimView): number {
  const { entryBits, nameBits, bitsPerName } = rules
  return what === 'commitment' ? entryBits : Math.max(entryBits, nameBits + held * bitsPerName)
}
