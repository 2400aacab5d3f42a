import { MAX_FRAME_BYTES } from '../../../src/main/protocols/names/constants.ts'
import { decodeReply, decodeRequest, encodeReply, encodeRequest, numberOf } from '../../../src/main/protocols/names/messages.ts'
import { all, form, must } from '../oracle.ts'

const checks = [
  form({ decode: decodeRequest, encode: encodeRequest, maxBytes: MAX_FRAME_BYTES }),
  form({ decode: decodeReply, encode: encodeReply, maxBytes: MAX_FRAME_BYTES }),
]

/** `/latch/names`: zones asked for, handed in and watched. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  must(Number.isSafeInteger(numberOf(data)), 'no number')
}
