import type { Message } from '../../../shared/model/chat.ts'
import { MINUTE } from '../../../shared/units.ts'
import { daysBetween } from '../../ui/when.ts'

/** What is drawn around a message because of the ones before and after it. */
export interface Place {
  /** The first of its day. */
  newDay: boolean
  /** The first that was unread when the conversation was opened. */
  firstNew: boolean
  /** The first, and the last, of those said in one go by one person. */
  opens: boolean
  closes: boolean
}

/** Longer than this between two messages of one person, and it reads as a new thought. */
const ONE_GO_MS = 5 * MINUTE

export function placeOf(messages: readonly Message[], index: number, firstNewPosition: number | null): Place {
  const message = messages[index]
  const before = messages[index - 1]
  const after = messages[index + 1]
  if (message === undefined) return { newDay: false, firstNew: false, opens: true, closes: true }
  const isFirstNew = (other: Message): boolean => other.position === firstNewPosition
  const newDay = before === undefined || daysBetween(before.sentMs, message.sentMs) !== 0
  const firstNew = isFirstNew(message)
  return {
    newDay,
    firstNew,
    opens: newDay || firstNew || !sameGo(before, message),
    closes:
      after === undefined ||
      !sameGo(message, after) ||
      isFirstNew(after) ||
      daysBetween(message.sentMs, after.sentMs) !== 0,
  }
}

function sameGo(before: Message | undefined, after: Message): boolean {
  return before !== undefined && before.from === after.from && after.sentMs - before.sentMs < ONE_GO_MS
}
