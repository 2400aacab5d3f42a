import type { EvidenceOfTwo } from '../../../shared/model/consensus.ts'

/** Evidence as a file: what any program needs to check it, in hexadecimal, and the record as Latch reads it. */
export function evidenceFile(evidence: EvidenceOfTwo): string {
  const { id, network, validator, slot, saying, why, blocks, key, messages, signatures, record } = evidence
  const both = [0, 1].map((which) => ({
    block: blocks[which],
    message: messages[which],
    signature: signatures[which],
  }))
  const file = {
    type: 'latch-evidence',
    id,
    why,
    network,
    slot,
    saying,
    validator: { peerId: validator.peerId, label: validator.label },
    algorithm: 'Ed25519',
    encoding: 'hex',
    key,
    signed: both,
    record,
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Two texts, each as what both begin with, what tells them apart, and what both end in. */
export function differenceOf(one: string, other: string): [Parts, Parts] {
  const shorter = Math.min(one.length, other.length)
  let head = 0
  while (head < shorter && one[head] === other[head]) head += 1
  let tail = 0
  while (tail < shorter - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1
  const cut = (text: string): Parts => ({
    head: text.slice(0, head),
    apart: text.slice(head, text.length - tail),
    tail: text.slice(text.length - tail),
  })
  return [cut(one), cut(other)]
}

export interface Parts {
  head: string
  apart: string
  tail: string
}
