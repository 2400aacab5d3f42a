/*
 * Mailbox: letters for a device that is away, sealed to it alone, left with somebody who is there; and the keys for that.
 */
import { MailboxRoom } from './feature.ts'
import type { MailboxFeature, MailboxParts } from './types.ts'

/**
 * The mailbox of this device, as one who writes, one who is written to, and one who holds for others. `start` after the node
 * listens and `onLetter` is set; then tell it who connects and proves themselves (`proven`, `connected`).
 */
export function createMailbox(parts: MailboxParts): MailboxFeature {
  return new MailboxRoom(parts)
}

export { MAX_LETTER_BYTES } from '../../protocols/mailbox/index.ts'
export type {
  AskedDoor,
  Delivery,
  LetterHandler,
  MailboxEvent,
  MailboxFeature,
  MailboxParts,
  MailIntroducer,
  OpenedLetter,
  Stranger,
} from './types.ts'
