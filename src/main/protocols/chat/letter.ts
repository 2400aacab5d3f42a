import { z } from 'zod'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { MAX_LETTER_BYTES } from './constants.ts'
import { ViolationError } from './errors.ts'
import { Block, Envelope, NamedConversation } from './messages.ts'

/** Entries in one letter: short ones with their signatures fill it at some six hundred. */
const MAX_ENTRIES = 1_024

/**
 * What is left for somebody who is away: entries of the sender's account, those of one log one behind the other, with the blocks
 * that they name, and the conversations they are in. It says nothing of what the sender has: nobody answers it.
 */
export const ChatLetter = z.object({
  v: z.literal(1),
  conversations: z.array(NamedConversation).min(1).max(256),
  entries: z.array(Envelope).min(1).max(MAX_ENTRIES),
  contents: z.array(Block.nullable()).max(MAX_ENTRIES),
})
export type ChatLetter = z.infer<typeof ChatLetter>

export function writeLetter(letter: ChatLetter): Uint8Array {
  return encode(letter)
}

/** Errors: ViolationError `malformed`, for what no later version sends either. */
export function readLetter(bytes: Uint8Array): ChatLetter {
  try {
    const letter = decode(bytes, ChatLetter, MAX_LETTER_BYTES)
    if (letter.entries.length === letter.contents.length) return letter
    throw new ViolationError('malformed', 'a letter without one content for each entry', 10)
  } catch (cause) {
    if (cause instanceof DecodeError) throw new ViolationError('malformed', `letter: ${cause.message}`, 10, { cause })
    throw cause
  }
}
