import type { Post, PostId } from '../../../shared/model/square.ts'
import { MINUTE } from '../../../shared/units.ts'
import { daysBetween } from '../../ui/when.ts'

/** What is drawn around a message because of the one before it. */
export interface Place {
  /** The first of its day. */
  newDay: boolean
  /** The first that was unread when the room was opened. */
  firstNew: boolean
  /** The first of those said in one go by one person: it shows who. */
  opens: boolean
}

/** Longer than this between two messages of one person, and it reads as a new thought. */
const ONE_GO_MS = 5 * MINUTE

export function placeOf(posts: readonly Post[], index: number, firstNew: PostId | null): Place {
  const post = posts[index]
  const before = posts[index - 1]
  if (post === undefined) return { newDay: false, firstNew: false, opens: true }
  const newDay = before === undefined || daysBetween(before.receivedMs, post.receivedMs) !== 0
  const isFirstNew = post.id === firstNew
  return { newDay, firstNew: isFirstNew, opens: newDay || isFirstNew || !sameGo(before, post) }
}

/** Two of one key under two names are told apart: the name is no more than a claim. */
function sameGo(before: Post | undefined, after: Post): boolean {
  if (before === undefined || before.author !== after.author || before.claimedName !== after.claimedName) return false
  return after.receivedMs - before.receivedMs < ONE_GO_MS
}
