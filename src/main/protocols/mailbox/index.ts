/*
 * /latch/mailbox/1.0.0: letters for a device that is away, left with somebody who is there.
 *
 *   sender                                     holder                                   recipient
 *     |                                          | <- {as: "register", box} -------------- |  door: hold-mail?
 *     |                                          | -- registered {quotaBytes, usedBytes} ->|
 *     | -- {as: "deposit", box, bytes} --------> |                                         |
 *     | <- go | refused | full | too-large ----- |                                         |
 *     | -- the sealed letter ------------------> |  kept for seven days                    |
 *     | <- held {forMs} ------------------------ | -- {as: "news"} ----------------------> |  if it is there
 *     |                                          | <- {as: "collect", after} ------------- |
 *     |                                          | -- page {letters, more}, letters -----> |  opened, stored
 *     |                                          | <- {as: "acknowledge", letters} ------- |
 *
 * /latch/mail-keys/1.0.0: two devices that know each other tell where their mail is held, and give each other keys.
 *
 * Proven: the device at each end of a stream (Noise); of a card and of keys, the device that signed them; of a letter, once
 * it is opened, the device that signed it, and that it was for this one. Not proven: that a device is of the account it says;
 * that a holder holds what it took. Drawn with its bytes in docs/wire/mailbox.md.
 */
export { bytesOf, digestOf, hexOf, type Hex } from './bytes.ts'
export { openBatch, openCard, sealBatch, sealCard, type HolderInCard, type MailCard, type OneTimeKey } from './card.ts'
export {
  BOX_BYTES,
  KEY_ID_BYTES,
  LETTER_SIZES,
  MAIL_KEYS_PROTOCOL,
  MAIL_KEYS_TERMS,
  MAILBOX_PROTOCOL,
  MAILBOX_TERMS,
  MAX_ACKNOWLEDGED,
  MAX_ADDRESSES_OF_HOLDER,
  MAX_CARD_LASTS_MS,
  MAX_HOLDERS_IN_CARD,
  MAX_LETTERS_IN_PAGE,
  MAX_PAGE_BYTES,
} from './constants.ts'
export { MailboxProtocolError } from './errors.ts'
export { createKeysProtocol, type KeysAnswer, type KeysProtocol, type KeysRequest } from './keys-protocol.ts'
export { keyIdOf, MAX_LETTER_BYTES, openLetter, sealedSize, sealLetter, type Letter } from './letter.ts'
export {
  createMailboxProtocol,
  type Collected,
  type Deposited,
  type ListedLetter,
  type MailboxHandlers,
  type MailboxProtocol,
} from './mailbox-protocol.ts'
export type { DepositRefusal, RegisterAnswer, RegisterRefusal, Room } from './messages.ts'
