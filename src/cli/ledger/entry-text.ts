import type { InclusionProof, LedgerEntry, NameProof } from '../../shared/model/blocks.ts'
import { bytes, fields, plural, time } from '../layout.ts'
import type { Named } from '../resolve.ts'
import { short } from '../short-id.ts'
import { entryText, ownerText, placeText } from './words.ts'

export const ENTRY_HEADINGS = ['ID', 'WHAT', 'BY', 'WHERE', 'SIZE', 'WORK', 'UNTIL']

export function entryRows(entries: readonly LedgerEntry[], people: readonly Named[], nowMs: number): string[][] {
  return entries.map((entry) => [
    short(entry.id),
    entryText(entry, people),
    ownerText(entry.account, entry.mine, people),
    placeText(entry.place),
    bytes(entry.bytes),
    `${entry.workBits} bits`,
    untilText(entry, nowMs),
  ])
}

/** An entry on a line of its own, where more will come. */
export function entryLine(entry: LedgerEntry, people: readonly Named[]): string {
  return `${short(entry.id)}  ${entryText(entry, people)}, by ${ownerText(entry.account, entry.mine, people)}: ${placeText(entry.place)}`
}

export function describeEntry(entry: LedgerEntry, people: readonly Named[], nowMs: number): string[] {
  return fields([
    ['Entry', entry.id],
    ['What', entryText(entry, people)],
    ['By', `${ownerText(entry.account, entry.mine, people)} (${entry.account}), number ${entry.nonce} of that account`],
    ['Where', entry.place.at === 'block' ? `block ${entry.place.height}, ${entry.place.block}` : placeText(entry.place)],
    ['Size', `${bytes(entry.bytes)}, with ${entry.workBits} bits of work`],
    ['Until', untilText(entry, nowMs)],
  ])
}

function untilText({ untilMs }: LedgerEntry, nowMs: number): string {
  return untilMs === null ? 'no end' : time(untilMs, nowMs)
}

/** What a proof is about; its bytes are for programs. */
export function describeInclusion(proof: InclusionProof): string[] {
  const { height, index, size, path } = proof
  return [
    `It is entry ${index + 1} of ${size} in block ${height}, by ${plural(path.length, 'hash', 'hashes')} up to the root that its header holds.`,
    ...fields([
      ['Network', proof.network],
      ['Block', proof.block],
      ...path.map((hash, at) => [at === 0 ? 'Path' : '', hash] as const),
    ]),
    'With --json: header, certificate, entry and path, all that somebody with nothing but the genesis needs.',
  ]
}

export function describeNameProof(proof: NameProof): string[] {
  return [
    `Block ${proof.height} says that ${proof.held ? `somebody has ${proof.name}` : `nobody has ${proof.name}`}.`,
    ...fields([
      ['Network', proof.network],
      ['Block', proof.block],
    ]),
    'With --json: header, certificate and proof, all that somebody with nothing but the genesis needs.',
  ]
}
