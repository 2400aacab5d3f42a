import { LatchError } from '../../../src/shared/errors.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import {
  MAX_FRAME_BYTES, MAX_RECORD_BYTES, MAX_REGISTRATION_BYTES, MAX_REQUEST_BYTES, RECORD_KIND, REGISTRATION_KIND,
} from '../../../src/main/protocols/introduction/constants.ts'
import { openRecord, openRegistration, RecordVersionError } from '../../../src/main/protocols/introduction/envelopes.ts'
import { readIntroducerLink, writeIntroducerLink } from '../../../src/main/protocols/introduction/link.ts'
import {
  AnyNotice, Attended, Described, Found, Notice, Probed, Registered, Request, Unregistered,
} from '../../../src/main/protocols/introduction/messages.ts'
import { DecodeError } from '../../../src/main/platform/cbor.ts'
import { EnvelopeError } from '../../../src/main/platform/envelope.ts'
import { all, envelopes, message, must, REFUSED, refusing } from '../oracle.ts'

const checks = [
  message(Request, MAX_REQUEST_BYTES),
  ...[Described, Registered, Unregistered, Found, Probed, Attended, AnyNotice, Notice].map((schema) => message(schema, MAX_FRAME_BYTES)),
]
const signed = [EnvelopeError, DecodeError, RecordVersionError]
const NOW_MS = 1_800_000_000_000
const ME = PeerId.parse('12D3KooWGRUBuEKAAQ4LsQWvNKeSvrBQFc4FAmpAvTgWyJKmGBRC')

/** `/latch/introduction`, records and registrations of strangers, and links to an introducer. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  for (const envelope of await envelopes(RECORD_KIND, data)) {
    if ((await refusing(signed, () => openRecord(envelope))) !== REFUSED) must(envelope.byteLength <= MAX_RECORD_BYTES, 'too large a record')
    await refusing([LatchError], () => readIntroducerLink(writeIntroducerLink(envelope), { nowMs: NOW_MS, me: ME }))
  }
  await refusing([LatchError], () => readIntroducerLink(data.toString('utf8'), { nowMs: NOW_MS, me: ME }))
  for (const envelope of await envelopes(REGISTRATION_KIND, data)) {
    if ((await refusing(signed, () => openRegistration(envelope))) !== REFUSED) {
      must(envelope.byteLength <= MAX_REGISTRATION_BYTES, 'too large a registration')
    }
  }
}
