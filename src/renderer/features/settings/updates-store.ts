import type { UpdatesEvent } from '../../../shared/contract/updates.ts'
import type { Updates } from '../../../shared/model/updates.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

/** What is known of newer versions; nothing before the first snapshot. */
export const updatesStore = createFedStore<Updates | null, Updates, UpdatesEvent>({
  initial: null,
  reset: (_, updates) => updates,
  apply: (_, { updates }) => updates,
})
