import { MAX_FRAME_BYTES, MAX_REQUEST_BYTES } from '../../../src/main/protocols/ledger/constants.ts'
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from '../../../src/main/protocols/ledger/messages.ts'
import { all, form } from '../oracle.ts'

const checks = [
  form({ decode: decodeRequest, encode: encodeRequest, maxBytes: MAX_REQUEST_BYTES }),
  form({ decode: decodeReply, encode: encodeReply, maxBytes: MAX_FRAME_BYTES }),
]

/** `/latch/ledger`: what is asked for of a chain, and every frame of an answer. */
export const fuzz = (data: Buffer): Promise<void> => all(data, checks)
