import type { MessageId } from '../../../shared/ids.ts'
import type { MessageOrder } from '../../../shared/model/chat.ts'

const CLOCK_DIGITS = 16

/** Where an entry stands among all of its conversation, on every device alike: by its Lamport number, then by its id. */
export function orderOf(clock: number, id: MessageId): MessageOrder {
  return `${clock.toString().padStart(CLOCK_DIGITS, '0')}-${id}`
}
