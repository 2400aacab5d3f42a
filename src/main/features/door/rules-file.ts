import { createHash } from 'node:crypto'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey, peerIdFromPublicKey } from '@libp2p/peer-id'
import { z } from 'zod'
import { LatchError } from '../../../shared/errors.ts'
import { PeerId, TimeMs } from '../../../shared/ids.ts'
import { RuleDraft, type Rule } from '../../../shared/model/door.ts'
import { KiB, MiB } from '../../../shared/units.ts'
import { decode, encode } from '../../platform/cbor.ts'
import { open, seal, type EnvelopeKind } from '../../platform/envelope.ts'
import { faultOf } from './strict-json.ts'
import { isLasting } from './until.ts'

/*
 * Rules as a file, drawn in docs/wire/rules-file.md. It is JSON, so that a person can read what they are about to take;
 * what is signed is a digest of what it says, so that white space and the order of keys are free, and nothing else is.
 */

export const RULES_FILE_VERSION = 1
/** 2,000 rules at 500 bytes: a line of 400, and a note. */
export const MAX_RULES_FILE_BYTES = 1 * MiB
/** More rules than anybody made by hand, and few enough to be looked through. */
export const MAX_RULES_IN_FILE = 2_000
/** A file is four deep: itself, its rules, a rule, and what is in it. */
const MAX_DEPTH = 8
/** Key, digest and signature are some 200 bytes. */
const MAX_ENVELOPE_BYTES = 1 * KiB
const DIGEST_BYTES = 32

const envelopeKind: EnvelopeKind = { domain: 'latch-rules', type: '/latch/rules/1' }

const Heading = z.object({ latch: z.literal('rules'), version: z.int() })

const RulesFile = z.strictObject({
  latch: z.literal('rules'),
  version: z.literal(RULES_FILE_VERSION),
  madeMs: TimeMs,
  peerId: PeerId,
  rules: z.array(z.unknown()),
  envelope: z.string().max(MAX_ENVELOPE_BYTES * 2),
})

const Signed = z.strictObject({
  digest: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === DIGEST_BYTES),
  madeMs: TimeMs,
})

export type OpenedRules =
  /** Signed by `peerId`, every byte that means something; whether that is somebody to listen to is for the caller. */
  | { outcome: 'valid'; peerId: PeerId; madeMs: number; drafts: RuleDraft[] }
  /** `why` is a sentence for the person. */
  | { outcome: 'invalid'; why: string }

/**
 * The rules that last, as text that `openRules` takes: those in force for ever or to a time that is still to come. What
 * is switched off or suspended stays here, as whoever takes a file takes all of it for meant.
 * *Errors*: LatchError TOO_LARGE.
 */
export async function sealRules(rules: readonly Rule[], key: PrivateKey, nowMs: number): Promise<string> {
  const drafts = rules
    .filter(({ enabled, suspended, until }) => enabled && suspended === null && isToCome(until, nowMs))
    .map((rule) => RuleDraft.parse({ ...rule, note: rule.note.toWellFormed() }))
  const madeMs = nowMs
  const peerId = PeerId.parse(peerIdFromPrivateKey(key).toString())
  const rest = { latch: 'rules', version: RULES_FILE_VERSION, madeMs, peerId, rules: drafts.map(asWritten) }
  const envelope = await seal(envelopeKind, encode({ digest: digestOf(rest), madeMs }), key)
  const text = written({ ...rest, envelope: Buffer.from(envelope).toString('base64url') })
  if (drafts.length > MAX_RULES_IN_FILE || Buffer.byteLength(text) > MAX_RULES_FILE_BYTES) {
    throw new LatchError('TOO_LARGE', `These are more rules than a file holds: ${MAX_RULES_IN_FILE}, or 1 MiB.`)
  }
  return text
}

/** Reads a file of rules and changes nothing. A time in it may be over by now. */
export async function openRules(text: string): Promise<OpenedRules> {
  const read = readRules(text)
  if (typeof read === 'string') return { outcome: 'invalid', why: read }
  const { envelope, ...rest } = read.file
  const why = await faultOfSignature(envelope, rest)
  if (why !== null) return { outcome: 'invalid', why }
  return { outcome: 'valid', peerId: rest.peerId, madeMs: rest.madeMs, drafts: read.drafts }
}

/** What the file says, or what is wrong with it; whether it is signed is another matter. */
function readRules(text: string): { file: z.infer<typeof RulesFile>; drafts: RuleDraft[] } | string {
  // A character is one to three bytes: most of what is too large is told without counting.
  if (text.length > MAX_RULES_FILE_BYTES || Buffer.byteLength(text) > MAX_RULES_FILE_BYTES) {
    return 'The file is larger than 1 MiB.'
  }
  const fault = faultOf(text, MAX_DEPTH)
  if (fault === 'too-deep') return 'The file is not one of rules: it goes too deep.'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text.trim() === '' ? 'The file is empty.' : 'The file is not JSON, or it was cut off.'
  }
  if (fault !== null) return faults[fault]
  const heading = Heading.safeParse(value)
  if (!heading.success) return 'The file is not one of rules.'
  const { version } = heading.data
  if (version > RULES_FILE_VERSION) return `The file is of version ${version}, which this Latch does not know.`
  const file = RulesFile.safeParse(value)
  if (!file.success) return sentenceOn(file.error)
  const { rules } = file.data
  if (rules.length > MAX_RULES_IN_FILE) return `The file holds more than ${MAX_RULES_IN_FILE} rules.`
  const drafts: RuleDraft[] = []
  for (const [n, rule] of rules.entries()) {
    const draft = RuleDraft.safeParse(rule)
    if (!draft.success) {
      const field = draft.error.issues[0]?.path.join('.') || 'it'
      return `Rule ${n + 1} of the file is damaged: ${field} is not what it should be.`
    }
    // What this Latch would pass over may be what makes the rule narrow.
    if (!isSame(asWritten(draft.data), rule)) return `Rule ${n + 1} of the file says something that this Latch does not know.`
    if (!isLasting(draft.data)) return `Rule ${n + 1} of the file does not last, so it is for no other door.`
    drafts.push(draft.data)
  }
  return { file: file.data, drafts }
}

const faults = {
  twice: 'The file says something twice in one place, so it could be read in two ways.',
  prototype: 'The file holds a key that is none of rules.',
  broken: 'The file holds half a character.',
} as const

function sentenceOn(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue?.code === 'unrecognized_keys') return 'The file says something that this Latch does not know.'
  return `The file is damaged: ${issue?.path.join('.') || 'a part'} is not what it should be.`
}

async function faultOfSignature(text: string, rest: { peerId: PeerId; madeMs: number }): Promise<string | null> {
  const envelope = Buffer.from(text, 'base64url')
  const isWhole = envelope.toString('base64url') === text
  try {
    if (!isWhole) throw new Error('not base64url in its one form')
    const { publicKey, payload } = await open(envelopeKind, envelope)
    if (peerIdFromPublicKey(publicKey).toString() !== rest.peerId) {
      return 'The file was signed by another device than it names.'
    }
    const { digest, madeMs } = decode(payload, Signed, MAX_ENVELOPE_BYTES)
    const isMeant = madeMs === rest.madeMs && Buffer.compare(digest, digestOf(rest)) === 0
    return isMeant ? null : 'The file was changed after it was signed.'
  } catch {
    return 'The signature of the file does not hold.'
  }
}

function digestOf(rest: object): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(encode(rest)).digest())
}

/** The first files knew no names of files: what asks for none is written as they wrote it. */
function asWritten(draft: RuleDraft): object {
  const { name, ...match } = draft.match
  return name === null ? { ...draft, match } : draft
}

/** A rule a line: to read, and to compare. */
function written({ rules, envelope, ...heading }: { rules: readonly object[]; envelope: string }): string {
  const fields = Object.entries(heading).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
  const lines = rules.map((rule) => `\n    ${JSON.stringify(rule)}`).join(',')
  const list = lines === '' ? '[]' : `[${lines}\n  ]`
  return `{\n${fields.join('')}  "rules": ${list},\n  "envelope": ${JSON.stringify(envelope)}\n}\n`
}

/** What cannot be written, as a number without end, is not the same as anything. */
function isSame(one: unknown, other: unknown): boolean {
  try {
    return Buffer.compare(encode(one), encode(other)) === 0
  } catch {
    return false
  }
}

function isToCome(until: Rule['until'], nowMs: number): boolean {
  return until.kind === 'forever' || (until.kind === 'time' && until.untilMs > nowMs)
}
