import { isDeepStrictEqual } from 'node:util'
import { readHost } from '../../../src/main/features/exit/hosts.ts'
import { MAX_ANSWER_BYTES, MAX_OPENING_BYTES } from '../../../src/main/protocols/exit/constants.ts'
import { Answer, Opening } from '../../../src/main/protocols/exit/messages.ts'
import { all, message, must } from '../oracle.ts'

const checks = [message(Opening, MAX_OPENING_BYTES), message(Answer, MAX_ANSWER_BYTES)]

/** `/latch/exit`: where somebody wants to be let out to, and what they are told. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  const host = readHost(data.toString('utf8'), ['peer'])
  if (typeof host === 'string') return
  must(isDeepStrictEqual(readHost(host.text, ['peer']), host), 'a host that is another once it was read')
}
