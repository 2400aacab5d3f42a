import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { readAddress } from '../../platform/addresses.ts'
import {
  looksLikeIntroducerLink,
  MAX_RECORD_LASTS_MS,
  openRecord,
  readIntroducerLink,
  type IntroducerRecord,
} from '../../protocols/introduction/index.ts'
import { CLOCK_TOLERANCE_MS } from './limits.ts'
import type { Said } from './store.ts'

/** Who is meant by a text, and where it may be found. */
export interface Named {
  readonly peerId: PeerId
  readonly said: Said | null
  /** Addresses without a peer id. */
  readonly given: readonly string[]
}

/** A link to an introducer, or an address that ends in its peer id. Errors: LatchError BAD_INPUT, with one sentence. */
export async function readIntroducer(text: string, { nowMs, me }: { nowMs: number; me: PeerId }): Promise<Named> {
  if (looksLikeIntroducerLink(text)) {
    const { record, envelope } = await readIntroducerLink(text, { nowMs, me })
    return { peerId: record.peerId, said: saidBy(record, envelope), given: [] }
  }
  const read = readAddress(text.trim())
  if (read?.peerId == null) {
    throw wrong('That is neither a link to an introducer nor an address that ends in /p2p/ and its peer id.')
  }
  if (read.peerId === me) throw wrong('That is this device itself.')
  if (read.reach === 'relayed') throw wrong('An introducer is reached directly, not through another.')
  return { peerId: read.peerId, said: null, given: [read.address] }
}

/**
 * The same for a text that somebody wrote into a configuration long ago: a link whose time is over still says, with a
 * signature, whom it means and where that was; the introducer itself will say the rest anew. Errors: as readIntroducer.
 */
export async function readConfigured(text: string, about: { nowMs: number; me: PeerId }): Promise<Named> {
  try {
    return await readIntroducer(text, about)
  } catch (error) {
    const coded = text.trim().split('/').at(-1) ?? ''
    if (!looksLikeIntroducerLink(text)) throw error
    const record = await openRecord(new Uint8Array(Buffer.from(coded, 'base64url'))).catch(() => null)
    if (record === null || record.peerId === about.me) throw error
    return { peerId: record.peerId, said: null, given: [...record.addresses] }
  }
}

/** A signed record from wherever. `forged`: not signed by whom it names, or no record at all. */
export type OpenedRecord =
  | { outcome: 'holds'; peerId: PeerId; said: Said }
  | { outcome: 'out-of-time'; peerId: PeerId }
  | { outcome: 'forged'; why: unknown }

export async function openSaid(envelope: Uint8Array, nowMs: number): Promise<OpenedRecord> {
  let record: IntroducerRecord
  try {
    record = await openRecord(envelope)
  } catch (why) {
    return { outcome: 'forged', why }
  }
  const { peerId } = record
  return holds(record, nowMs)
    ? { outcome: 'holds', peerId, said: saidBy(record, envelope) }
    : { outcome: 'out-of-time', peerId }
}

/** Not over, and not promised for longer than anybody signs: one that is would never be replaced by an honest one. */
export function holds({ expiresMs }: Pick<Said, 'expiresMs'>, nowMs: number): boolean {
  return expiresMs > nowMs - CLOCK_TOLERANCE_MS && expiresMs <= nowMs + MAX_RECORD_LASTS_MS + CLOCK_TOLERANCE_MS
}

function saidBy(record: IntroducerRecord, envelope: Uint8Array): Said {
  const { name, addresses, stun, issuedMs, expiresMs } = record
  return { name, addresses, stun, issuedMs, expiresMs, envelope }
}

function wrong(sentence: string): LatchError {
  return new LatchError('BAD_INPUT', sentence)
}
