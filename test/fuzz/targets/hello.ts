import { MAX_HELLO_BYTES, MAX_NAME_LENGTH } from '../../../src/main/protocols/hello/constants.ts'
import { HelloError } from '../../../src/main/protocols/hello/errors.ts'
import { cleanText, decodeClosing, decodeHello, decodeReply, encodeHello, encodeRefusal } from '../../../src/main/protocols/hello/messages.ts'
import { all, form, must } from '../oracle.ts'

const rest = { maxBytes: MAX_HELLO_BYTES, refusals: [HelloError] }

const checks = [
  form({ decode: decodeHello, encode: encodeHello, ...rest }),
  form({ decode: decodeReply, encode: (reply) => (reply.kind === 'hello' ? encodeHello(reply.hello) : encodeRefusal(reply.refusal)), ...rest }),
  form({ decode: decodeClosing, encode: encodeRefusal, ...rest }),
]

/** `/latch/hello`: what a device says of itself before anything is known of it. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  const text = data.toString('utf16le')
  const clean = cleanText(text, MAX_NAME_LENGTH)
  must(clean.length <= MAX_NAME_LENGTH && clean.isWellFormed() && !/[\p{Cc}\p{Cf}]/u.test(clean), 'a text that is not clean')
  must(cleanText(clean, MAX_NAME_LENGTH) === clean, 'a clean text that can be cleaned')
}
