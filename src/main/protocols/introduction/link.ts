import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { EnvelopeError } from '../../platform/envelope.ts'
import { MAX_RECORD_BYTES, MAX_RECORD_LASTS_MS } from './constants.ts'
import { openRecord, RecordVersionError } from './envelopes.ts'
import type { IntroducerRecord } from './types.ts'

/* latch://introducer/ + base64url of the introducer's own signed record. Drawn in docs/wire/introduction.md. */

const PREFIX = 'latch://introducer/'

/** The link that holds a signed record. */
export function writeIntroducerLink(envelope: Uint8Array): string {
  return PREFIX + Buffer.from(envelope).toString('base64url')
}

export function looksLikeIntroducerLink(text: string): boolean {
  return text.trim().startsWith(PREFIX)
}

/**
 * What a link says, once its signature held, and the signed record itself, to be kept and handed on.
 * Errors: LatchError BAD_INPUT, with a sentence for each way it can be wrong.
 */
export async function readIntroducerLink(
  link: string,
  { nowMs, me }: { nowMs: number; me: PeerId },
): Promise<{ record: IntroducerRecord; envelope: Uint8Array }> {
  const envelope = bytesOf(link)
  const record = await openRecord(envelope).catch((cause: unknown) => {
    throw refused(sentenceFor(cause), cause)
  })
  if (record.peerId === me) throw refused('This link is of this very device: give it to somebody else.')
  if (record.expiresMs <= nowMs) throw refused('This link has expired: ask for a new one.')
  if (record.expiresMs > nowMs + MAX_RECORD_LASTS_MS) {
    throw refused('This link ends too far ahead: the clock of this device, or of that introducer, is wrong.')
  }
  if (record.addresses.length === 0) throw refused('This link names no address at which its introducer can be reached.')
  return { record, envelope }
}

function bytesOf(link: string): Uint8Array {
  const text = link.trim()
  const coded = text.slice(PREFIX.length)
  // A line break or a space in the middle is what mail programs do to a long link.
  if (!text.startsWith(PREFIX) || !/^[A-Za-z0-9_-]+$/.test(coded)) {
    throw refused('That is not a link to an introducer; copy all of it, from latch://introducer/ to its end.')
  }
  const bytes = Buffer.from(coded, 'base64url')
  if (bytes.byteLength > MAX_RECORD_BYTES) throw refused('This link is longer than any that Latch makes.')
  return new Uint8Array(bytes)
}

function sentenceFor(cause: unknown): string {
  if (cause instanceof RecordVersionError) return 'This link is of another version of Latch; update, or ask for a new one.'
  if (cause instanceof DecodeError) return 'This link is damaged: ask for a new one.'
  if (cause instanceof EnvelopeError) return 'This link was tampered with or cut short: ask for a new one.'
  throw cause
}

function refused(sentence: string, cause?: unknown): LatchError {
  return new LatchError('BAD_INPUT', sentence, { cause })
}
