import type { Group } from '../../../../shared/model/groups.ts'
import type { Sharing } from '../source.ts'
import type { ConversationRow } from '../store.ts'
import type { Surroundings } from '../validator.ts'

/** What the rest of chat asks about groups. */
export interface GroupWays extends Sharing, Pick<Surroundings, 'isKnownIn'> {
  groupOf(row: ConversationRow): Group | null
  /** Why this account may not write in a conversation now; null: it may. */
  whyMute(row: ConversationRow): string | null
}
