import type { AccountId } from '../../../shared/ids.ts'
import type { Fork } from '../../../shared/model/consensus.ts'
import type { NameLabel } from '../../../shared/model/ledger.ts'
import { DAY } from '../../../shared/units.ts'

/** So long it is news. The fork itself stays in its list. */
const NEWS_MS = DAY

/** Names of `mine` that another branch took, with the newest fork that did. Null: none of late. Pure. */
export function lostNames(
  forks: readonly Fork[],
  mine: AccountId | null,
  nowMs: number,
): { fork: Fork['id']; names: readonly NameLabel[] } | null {
  const seen = new Set<NameLabel>()
  const lost: { fork: Fork['id']; name: NameLabel }[] = []
  for (const { id, atMs, names } of forks.toSorted((one, other) => other.atMs - one.atMs)) {
    if (nowMs - atMs > NEWS_MS) break
    for (const { name, before, owner } of names) {
      // What a later fork says of a name counts: it may have come back.
      if (seen.has(name)) continue
      seen.add(name)
      if (before !== null && before === mine && owner !== mine) lost.push({ fork: id, name })
    }
  }
  const [first] = lost
  return first === undefined ? null : { fork: first.fork, names: lost.map(({ name }) => name) }
}
