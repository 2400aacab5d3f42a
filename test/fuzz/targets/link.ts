import { LatchError } from '../../../src/shared/errors.ts'
import { readCode, writeCode } from '../../../src/main/protocols/link/code.ts'
import { MAX_LINK_FRAME_BYTES } from '../../../src/main/protocols/link/constants.ts'
import {
  AccountOrRefused, Begin, Done, OfferOrRefused, Piece, Proof, ProvenOrRefused, readMessage, Version, Whole,
} from '../../../src/main/protocols/link/messages.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { all, form, must, REFUSED, refusing, spellings } from '../oracle.ts'

const schemas = [Version, Begin, OfferOrRefused, Proof, ProvenOrRefused, AccountOrRefused, Piece, Whole, Done]
const checks = schemas.map((schema) =>
  form({ decode: (bytes) => readMessage(bytes, schema), encode: (value) => encode(value), maxBytes: MAX_LINK_FRAME_BYTES }),
)

/** `/latch/link`: a new device before it has proven anything; and the code that is shown or pasted. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  const codes = spellings(data).map((bytes) => `latch:link/${Buffer.from(bytes).toString('base64url')}`)
  for (const code of [data.toString('utf8'), ...codes]) {
    const read = await refusing([LatchError], () => readCode(code))
    if (read === REFUSED) continue
    const again = readCode(writeCode(read))
    must(again.peerId === read.peerId && again.untilMs === read.untilMs, 'a code that reads as another once it is written')
  }
}
