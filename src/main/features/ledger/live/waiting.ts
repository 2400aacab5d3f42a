import { commitmentOf, type Entry } from '../entry.ts'
import type { Hex } from '../bytes.ts'
import type { Rules } from '../genesis.ts'
import type { Pool } from '../pool.ts'
import { accountRecord, keys, type LedgerState } from '../state.ts'
import type { At } from '../validator.ts'
import type { Waits } from './turns.ts'

/** Whether a block is wanted, and what for. Pure. */
export function whatWaits(pool: Pool, state: LedgerState, at: At, rules: Rules): Waits {
  const { entries, waiting } = pool.size
  if (entries > waiting) return 'entries'
  if (waiting === 0) return 'nothing'
  return pool.list().some((entry) => isRipening(entry, state, at, rules)) ? 'ripening' : 'nothing'
}

/** An opening whose claim lies on the ledger and is too young: only blocks make it older. */
function isRipening({ op, account, nonce, network }: Entry, state: LedgerState, at: At, rules: Rules): boolean {
  if (op.kind !== 'register' || nonce !== accountRecord(state, account).nonce + 1) return false
  const claim = state.get(keys.claim(account, commitmentOf(network, account, op.name, op.salt)))
  return claim !== undefined && at.height - claim.height < rules.claimMinBlocks
}

/**
 * Whether an entry that waits may be passed on: all that comes before it by number is here as well, so what it waits for
 * is blocks alone. A claim and its opening so travel together, and a leader has the opening when its claim is ripe. It
 * opens nothing to abuse: each entry of such a row was signed and worked for like one that is taken at once, and a row
 * is no longer than the share that an account has of a pool. One with a gap before it may never come into a block, and
 * whoever made it could make others without end: it stays where it came in, until the gap is filled.
 */
export function isNear(entry: Entry, pool: readonly Entry[], state: LedgerState): boolean {
  const { nonce } = accountRecord(state, entry.account)
  const held = new Set(pool.filter(({ account }) => account === entry.account).map((one) => one.nonce))
  for (let before = nonce + 1; before < entry.nonce; before++) if (!held.has(before)) return false
  return entry.nonce > nonce
}

/** The number of the next entry of an account: after its last on the ledger and after all of it that wait in a row. Pure. */
export function nextNonce(account: Hex, pool: readonly Entry[], state: LedgerState): number {
  const held = new Set(pool.filter((entry) => entry.account === account).map(({ nonce }) => nonce))
  let next = accountRecord(state, account).nonce + 1
  while (held.has(next)) next++
  return next
}
