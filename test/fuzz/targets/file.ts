import {
  decodeAnswer, decodeOpening, decodeReply, decodeRequest, decodeSide, encodeMessage, encodeReply,
} from '../../../src/main/protocols/file/messages.ts'
import { FILE_TERMS, MAX_MESSAGE_BYTES } from '../../../src/main/protocols/file/constants.ts'
import { FileProtocolError } from '../../../src/main/protocols/file/errors.ts'
import { all, form } from '../oracle.ts'

const { maxFrameBytes } = FILE_TERMS

const checks = [
  ...[decodeOpening, decodeRequest, decodeSide].map((decode: (bytes: Uint8Array) => Parameters<typeof encodeMessage>[0]) => form({ decode, encode: encodeMessage, maxBytes: MAX_MESSAGE_BYTES })),
  form({ decode: decodeAnswer, encode: encodeMessage, maxBytes: MAX_MESSAGE_BYTES }),
  form({
    decode: decodeReply,
    encode: ({ kind, number, bytes }) => encodeReply(kind, number, bytes),
    maxBytes: maxFrameBytes,
    refusals: [FileProtocolError],
  }),
]

/** `/latch/file`: openings, requests, the way beside the stream, and chunks. */
export const fuzz = (data: Buffer): Promise<void> => all(data.subarray(0, maxFrameBytes), checks)
