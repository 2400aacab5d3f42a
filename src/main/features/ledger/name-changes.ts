import { type NameChange, NameLabel } from '../../../shared/model/ledger.ts'
import { accountOf } from './bytes.ts'
import { type Key, type LedgerState, type NameRecord } from './state.ts'

const NAME = 'name '

/** Names that belong to somebody else in `after` than in `before`, among the records under these keys. Pure. */
export function changedNames(keys: Iterable<string>, before: LedgerState, after: LedgerState): NameChange[] {
  return [...keys]
    .filter((key) => key.startsWith(NAME))
    .toSorted()
    .flatMap((key) => {
      const [was, is] = [before, after].map((state) => ownerOf(state, key))
      if (was === is) return []
      const name = NameLabel.parse(key.slice(NAME.length))
      return [{ name, before: was == null ? null : accountOf(was), owner: is == null ? null : accountOf(is) }]
    })
}

function ownerOf(state: LedgerState, key: Key<'name'>): NameRecord['owner'] | undefined {
  return state.get(key)?.owner
}
