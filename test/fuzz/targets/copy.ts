import { MAX_ANSWER_BYTES, MAX_REQUEST_BYTES } from '../../../src/main/protocols/copy/constants.ts'
import { CopyProtocolError } from '../../../src/main/protocols/copy/errors.ts'
import {
  decodeAnswer, decodeOpening, decodeReply, decodeRequest, encodeAnswer, encodeOpening, encodeReply, encodeRequest,
} from '../../../src/main/protocols/copy/messages.ts'
import { all, form } from '../oracle.ts'

/** As long as the frame that it came in. */
const MAX_REPLY_BYTES = 64 * 1_024 + 5

const checks = [
  form({ decode: decodeOpening, encode: encodeOpening, maxBytes: MAX_REQUEST_BYTES }),
  form({
    decode: (bytes) => told(decodeAnswer(bytes)),
    encode: ({ status, peers }) => encodeAnswer(status, peers),
    maxBytes: MAX_ANSWER_BYTES,
  }),
  form({ decode: decodeRequest, encode: encodeRequest, maxBytes: MAX_REQUEST_BYTES }),
  form({ decode: decodeReply, encode: encodeReply, maxBytes: MAX_REPLY_BYTES, refusals: [CopyProtocolError] }),
]

/** Peers count only with `told`. */
function told(answer: ReturnType<typeof decodeAnswer>): ReturnType<typeof decodeAnswer> {
  return answer.status === 'told' ? answer : { ...answer, peers: [] }
}

/** `/latch/copy`: openings, answers, what is wanted, and pieces of blocks. */
export const fuzz = (data: Buffer): Promise<void> => all(data.subarray(0, MAX_REPLY_BYTES), checks)
