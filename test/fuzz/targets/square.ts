import { MAX_POST_BYTES } from '../../../src/main/features/square/limits.ts'
import { openPost, POST_ENVELOPE, sealPost, sendable } from '../../../src/main/features/square/message.ts'
import { MAX_TRACE_BYTES } from '../../../src/main/protocols/square/constants.ts'
import { SquareProtocolError } from '../../../src/main/protocols/square/errors.ts'
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from '../../../src/main/protocols/square/messages.ts'
import { all, envelopes, form, must, signer } from '../oracle.ts'

const rest = { maxBytes: MAX_TRACE_BYTES, refusals: [SquareProtocolError] }
const checks = [form({ decode: decodeRequest, encode: encodeRequest, ...rest }), form({ decode: decodeReply, encode: encodeReply, ...rest })]

/** `/latch/square`, and messages of a room as gossip brings them. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  for (const bytes of await envelopes(POST_ENVELOPE, data)) {
    const post = await openPost(bytes)
    if ('malformed' in post) continue
    must(bytes.byteLength <= MAX_POST_BYTES, 'too large a message')
    must(sendable(post.text) === post.text, 'a text that no Latch sends')
    const { author: _, ...said } = post
    const again = await openPost(await sealPost(said, await signer()))
    must('text' in again && again.text === post.text && again.claimedName === post.claimedName, 'it reads as another message')
  }
}
