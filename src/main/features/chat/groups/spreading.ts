import { talkIdOf } from '../../../protocols/chat/index.ts'
import type { Outbox } from '../outbox.ts'
import type { Sessions } from '../sessions.ts'
import type { LogStore } from '../store.ts'
import type { Telling } from '../telling.ts'
import type { Groups } from './groups.ts'

interface SpreadingParts {
  readonly store: LogStore
  readonly groups: Groups
  readonly telling: Telling
  readonly sessions: Sessions
  readonly outbox: Outbox
}

/** After a roster changed and is durable: windows hear of it, and streams go on with whoever may have more now. `isOwn`: by a word of ours. */
export function spreadGroups({ store, groups, telling, sessions, outbox }: SpreadingParts, isOwn: boolean): void {
  const news = groups.news()
  if (news === null) return
  for (const [talk, ids] of news.gone) telling.removed(talk, ids)
  for (const id of news.back) telling.stored(id, false)
  for (const roster of news.rosters) {
    const talk = store.conversation(talkIdOf(roster))
    for (const id of talk === null ? [roster] : [roster, talk.id]) {
      if (isOwn) sessions.poke(id)
      else sessions.spread(id)
    }
    for (const row of [store.conversation(roster), talk]) {
      for (const account of row === null ? [] : store.audience(row)) outbox.queued(account)
    }
    if (talk !== null) store.transaction(() => store.recountWaiting(talk.id))
    telling.conversationChanged(store.conversation(talkIdOf(roster)))
  }
}
