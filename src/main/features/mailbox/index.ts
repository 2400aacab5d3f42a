/*
 * Mailbox: letters for a device that is away, sealed to it alone, left with somebody who is there; and the keys for that.
 */
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
