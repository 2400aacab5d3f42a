import { MailboxProtocolError } from '../../../src/main/protocols/mailbox/errors.ts'
import { openBatch, openCard } from '../../../src/main/protocols/mailbox/card.ts'
import { CARD_KIND, KEYS_KIND, MAX_BATCH_BYTES, MAX_CARD_BYTES, MAX_HEAD_BYTES, MAX_KEYS_ANSWER_BYTES } from '../../../src/main/protocols/mailbox/constants.ts'
import { decodeKeysAnswer, encodeKeysAnswer } from '../../../src/main/protocols/mailbox/keys-protocol.ts'
import {
  decodeCollectAnswer, decodeDepositAnswer, decodeRegisterAnswer, decodeRequest, decodeStatus, encodeHeld, encodePage, encodeRegistered,
  encodeRequest, encodeStatus,
} from '../../../src/main/protocols/mailbox/messages.ts'
import { DecodeError } from '../../../src/main/platform/cbor.ts'
import { all, envelopes, form, must } from '../oracle.ts'

const rest = { maxBytes: MAX_HEAD_BYTES, refusals: [DecodeError, MailboxProtocolError] }

const checks = [
  form({ decode: decodeRequest, encode: encodeRequest, ...rest }),
  form({ decode: decodeDepositAnswer, encode: (held) => (held.status === 'held' ? encodeHeld(held.forMs) : encodeStatus(held.status)), ...rest }),
  form({ decode: decodeRegisterAnswer, encode: (room) => (room.status === 'registered' ? encodeRegistered(room) : encodeStatus(room.status)), ...rest }),
  form({ decode: decodeCollectAnswer, encode: (page) => (page.status === 'page' ? encodePage(page) : encodeStatus(page.status)), ...rest }),
  form({ decode: decodeStatus, encode: encodeStatus, ...rest }),
  form({ decode: given, encode: encodeKeysAnswer, ...rest, maxBytes: MAX_KEYS_ANSWER_BYTES }),
]

/** What was not said is left out, as it is when it is written. */
function given(bytes: Uint8Array): ReturnType<typeof decodeKeysAnswer> {
  const answer = decodeKeysAnswer(bytes)
  return answer.outcome === 'given' ? { ...answer, gone: answer.gone } : answer
}

/** `/latch/mailbox` and `/latch/mail-keys`; and the cards and keys that go with letters. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  for (const envelope of await envelopes(CARD_KIND, data)) {
    if ((await openCard(envelope)).outcome === 'valid') must(envelope.byteLength <= MAX_CARD_BYTES, 'too large a card')
  }
  for (const envelope of await envelopes(KEYS_KIND, data)) {
    if ((await openBatch(envelope)).outcome === 'valid') must(envelope.byteLength <= MAX_BATCH_BYTES, 'too many keys')
  }
}
