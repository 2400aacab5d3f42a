import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'
import { Search, type SearchParts } from './search.ts'
import { WordsIndex } from './words-index.ts'

export type { Found, Search, SearchPage } from './search.ts'

/** Search over what is kept in the database of an account; after chat has made its tables there. */
export function searchIn(
  { database, clock, log }: { readonly database: Database; readonly clock: Clock; readonly log: Log },
  chat: Pick<SearchParts, 'message' | 'keyOf' | 'changes'>,
): Search {
  return new Search({ ...chat, database, clock, log, index: new WordsIndex(database) })
}
