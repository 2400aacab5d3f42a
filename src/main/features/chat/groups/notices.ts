import type { GroupNotice } from '../../../../shared/model/groups.ts'
import type { Change } from './ranks.ts'

/** What a change says between the messages; null: nothing. */
export function noticeOf({ op, account }: Pick<Change, 'op' | 'account'>): GroupNotice | null {
  switch (op.op) {
    case 'create':
      return { what: 'created' }
    case 'add':
      return { what: 'added', whom: op.account }
    case 'join':
      return { what: 'joined', whom: account }
    case 'leave':
      return { what: 'left', whom: account }
    case 'remove':
      return { what: 'removed', whom: op.account }
    case 'promote':
      return { what: 'promoted', whom: op.account }
    case 'demote':
      return { what: 'demoted', whom: op.account }
    case 'hand-on':
      return { what: 'made-owner', whom: op.account }
    case 'set':
      if (op.title !== undefined) return { what: 'titled', title: op.title }
      if (op.picture !== undefined) return { what: 'pictured' }
      return { what: op.history === undefined ? 'adding-changed' : 'history-changed' }
    case 'devices':
      return null
  }
}
