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

const sides = [false, true] as const

/** Every place there is: a message whose place stays what it was is not drawn anew. */
const places: readonly Place[] = sides.flatMap((newDay) =>
  sides.flatMap((firstNew) => sides.flatMap((opens) => sides.map((closes) => ({ newDay, firstNew, opens, closes })))),
)

function place(newDay: boolean, firstNew: boolean, opens: boolean, closes: boolean): Place {
  const found = places[(newDay ? 8 : 0) + (firstNew ? 4 : 0) + (opens ? 2 : 0) + (closes ? 1 : 0)]
  return found ?? { newDay, firstNew, opens, closes }
}

/** Longer than this between two messages of one person, and it reads as a new thought. */
const ONE_GO_MS = 5 * MINUTE

export function placeOf(messages: readonly Message[], index: number, firstNewPosition: number | null): Place {
  const message = messages[index]
  const before = messages[index - 1]
  const after = messages[index + 1]
  if (message === undefined) return place(false, false, true, true)
  const isFirstNew = (other: Message): boolean => other.position === firstNewPosition
  const newDay = before === undefined || daysBetween(before.sentMs, message.sentMs) !== 0
  const firstNew = isFirstNew(message)
  const closes = after === undefined || !sameGo(message, after) || isFirstNew(after) || daysBetween(message.sentMs, after.sentMs) !== 0
  return place(newDay, firstNew, newDay || firstNew || !sameGo(before, message), closes)
}

function sameGo(before: Message | undefined, after: Message): boolean {
  // What happened in a group stands between what was said, whoever did it.
  if (before?.kind === 'notice' || after.kind === 'notice') return false
  return before !== undefined && before.from === after.from && after.sentMs - before.sentMs < ONE_GO_MS
}
