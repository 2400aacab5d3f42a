import { LatchError } from '../../../../shared/errors.ts'

/** `latch://<kind>/` and bytes: cards of validators, links to networks. */
export interface LinkKind {
  readonly head: string
  readonly maxBytes: number
  /** What it is, as a sentence has it after "That is not". */
  readonly what: string
}

export function linkOf(kind: LinkKind, bytes: Uint8Array): string {
  return kind.head + Buffer.from(bytes).toString('base64url')
}

/** Its bytes; one link has one text. `it`: how a sentence names it. Errors: LatchError BAD_INPUT. */
export function bytesOfLink({ head, maxBytes, what }: LinkKind, link: string, it: string): Uint8Array {
  const text = link.trim()
  if (text.length > head.length + Math.ceil((maxBytes * 4) / 3)) throw refused(`${it} is longer than any that Latch makes.`)
  const coded = text.slice(head.length)
  // A line break or a space in the middle is what mail programs do to a long link.
  if (!text.startsWith(head) || !/^[A-Za-z0-9_-]+$/.test(coded)) {
    throw refused(`${it} is not ${what}; copy all of it, from ${head} to its end.`)
  }
  const bytes = Buffer.from(coded, 'base64url')
  // The last character may hold bits that are in no byte.
  if (bytes.toString('base64url') !== coded) throw refused(`${it} was damaged or cut short: copy all of it once more.`)
  return bytes
}

export function refused(sentence: string, cause?: unknown): LatchError {
  return new LatchError('BAD_INPUT', sentence, { cause })
}
