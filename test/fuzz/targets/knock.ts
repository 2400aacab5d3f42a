import { DecodeError } from '../../../src/main/platform/cbor.ts'
import { EnvelopeError } from '../../../src/main/platform/envelope.ts'
import { MAX_ENVELOPE_BYTES, MAX_FRAME_BYTES } from '../../../src/main/protocols/knock/constants.ts'
import { KnockReply, openVerdict, Receipt, Request } from '../../../src/main/protocols/knock/messages.ts'
import { all, envelopes, message, must, REFUSED, refusing } from '../oracle.ts'

const VERDICT = { domain: 'latch-verdict', type: '/latch/verdict/1' }
const checks = [Request, KnockReply, Receipt].map((schema) => message(schema, MAX_FRAME_BYTES))

/** `/latch/knock`: the door itself; and verdicts, signed by whoever likes. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  for (const envelope of await envelopes(VERDICT, data)) {
    const opened = await refusing([EnvelopeError, DecodeError], () => openVerdict(envelope))
    if (opened !== REFUSED) must(envelope.byteLength <= MAX_ENVELOPE_BYTES, 'too large a verdict')
  }
}
