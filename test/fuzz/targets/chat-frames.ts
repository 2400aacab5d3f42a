import { CHAT_TERMS } from '../../../src/main/protocols/chat/constants.ts'
import { Frame } from '../../../src/main/protocols/chat/messages.ts'
import { readLetter, writeLetter } from '../../../src/main/protocols/chat/letter.ts'
import { MAX_LETTER_BYTES } from '../../../src/main/protocols/chat/constants.ts'
import { ViolationError } from '../../../src/main/protocols/chat/errors.ts'
import { all, form, message } from '../oracle.ts'

const checks = [
  message(Frame, CHAT_TERMS.maxFrameBytes),
  form({ decode: readLetter, encode: writeLetter, maxBytes: MAX_LETTER_BYTES, refusals: [ViolationError] }),
]

/** `/latch/chat`: every frame; and what a letter to somebody who is away holds. */
export const fuzz = (data: Buffer): Promise<void> => all(data, checks)
