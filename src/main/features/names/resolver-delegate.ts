import type { AccountId } from '../../../shared/ids.ts'
import type { NameLabel, NameOnLedger } from '../../../shared/model/ledger.ts'
import { type Zone, ZoneLabel } from '../../../shared/model/names.ts'

/*
 * Delegation works as DNAME does in DNS (RFC 6672): `www` of alice.peer handed to Bob makes www.alice.peer what bob.peer
 * is, and a.www.alice.peer what a.bob.peer is. So every zone that counts belongs to a name on the ledger, and whoever holds
 * zones can check each of them by itself.
 */

/** Who answers for a label instead, and for which label of theirs; null: nobody. */
export function delegateFor(zone: Pick<Zone, 'records'>, label: ZoneLabel): { account: AccountId; rest: ZoneLabel } | null {
  for (const record of zone.records) {
    if (record.kind !== 'delegate') continue
    if (record.label === label) return { account: record.account, rest: ZoneLabel.parse('@') }
    if (label.endsWith(`.${record.label}`)) {
      return { account: record.account, rest: ZoneLabel.parse(label.slice(0, -record.label.length - 1)) }
    }
  }
  return null
}

/** Of an account's names the one it had first, so that everybody goes the same way; null where none resolves. */
export function nameToFollow(names: readonly NameOnLedger[], isKnown: boolean): NameLabel | null {
  const resolving = names.filter(({ phase }) => phase === 'living' || (phase === 'ending' && isKnown))
  const [first] = resolving.toSorted((a, b) => a.sinceMs - b.sinceMs || (a.name < b.name ? -1 : 1))
  return first?.name ?? null
}
