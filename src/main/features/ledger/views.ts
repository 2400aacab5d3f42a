import type { AccountId } from '../../../shared/ids.ts'
import { NameLabel, type NameOnLedger } from '../../../shared/model/ledger.ts'
import { accountOf, keyOf } from './bytes.ts'
import type { Genesis } from './genesis.ts'
import { checkName, phaseOf } from './names.ts'
import { keys, type LedgerState, type NameRecord } from './state.ts'
import { namesHeld } from './validator.ts'

/** A name as the ledger has it now; null where nobody has it, or where it is no name. */
export function nameOnLedger(
  state: LedgerState,
  name: string,
  nowMs: number,
  { rules }: Genesis,
): NameOnLedger | null {
  const record = checkName(name).outcome === 'valid' ? state.get(keys.name(name)) : undefined
  if (record === undefined || phaseOf(record.expiresMs, nowMs, rules) === 'free') return null
  return shown(record, nowMs, rules)
}

/** The names of an account, those in their time of grace too. */
export function namesOfAccount(state: LedgerState, account: AccountId, nowMs: number, { rules }: Genesis): NameOnLedger[] {
  const key = keyOf(account)
  if (key === null) return []
  return namesHeld(state, key, nowMs, rules).map((record) => shown(record, nowMs, rules))
}

/**
 * Who may be believed to be `alice.peer`; null where nobody is. Not in the time of grace: nobody resolves the name then,
 * and it is where the names of a revoked account end, whose key may be in other hands.
 */
export function ownerOf(state: LedgerState, fullName: string, nowMs: number, genesis: Genesis): AccountId | null {
  const suffix = `.${genesis.tld}`
  if (!fullName.endsWith(suffix)) return null
  const found = nameOnLedger(state, fullName.slice(0, -suffix.length), nowMs, genesis)
  return found === null || found.phase === 'grace' ? null : found.owner
}

function shown(record: NameRecord, nowMs: number, rules: Genesis['rules']): NameOnLedger {
  const { name, owner, sinceMs, registeredMs, expiresMs, offeredTo } = record
  return {
    name: NameLabel.parse(name),
    owner: accountOf(owner),
    sinceMs,
    registeredMs,
    expiresMs,
    phase: phaseOf(expiresMs, nowMs, rules),
    offeredTo: offeredTo === null ? null : accountOf(offeredTo),
  }
}
