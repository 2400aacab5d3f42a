import { SIGNATURE_BYTES, VALUE_BYTES } from '../../protocols/consensus/index.ts'
import { same } from './bytes.ts'
import { sessionId, signedBytes, type SessionFacts } from './session.ts'
import type { Verify } from './signatures.ts'

/**
 * One validator said of two values what may be said of one: that it is the first (which the leader says of the block
 * it proposes), or that it was decided. All that is needed to check it is in here; no chain, no network, no clock.
 */
export interface Evidence {
  readonly saying: 'first' | 'commit'
  readonly facts: SessionFacts
  readonly by: number
  /** In the order of their bytes, so that one pair has one form. */
  readonly values: readonly [Uint8Array, Uint8Array]
  readonly signatures: readonly [Uint8Array, Uint8Array]
}

export type EvidenceVerdict =
  | { readonly verdict: 'proven'; readonly why: string; readonly key: Uint8Array }
  | { readonly verdict: 'refused'; readonly why: string }

/** Whether the key of that validator signed both. Whether the roster is that of a known network is for the caller. */
export function checkEvidence(evidence: Evidence, verify: Verify): EvidenceVerdict {
  const refused = (why: string): EvidenceVerdict => ({ verdict: 'refused', why })
  const { saying, facts, by, values, signatures } = evidence
  const key = facts.validators[by]
  if (key === undefined) return refused('a validator outside the roster')
  if (values.some((value) => value.byteLength !== VALUE_BYTES)) return refused('a value that is no block')
  if (signatures.some((one) => one.byteLength !== SIGNATURE_BYTES)) return refused('a signature of another length')
  if (Buffer.compare(values[0], values[1]) >= 0) return refused('not two values in order')
  const holds = signaturesOf(evidence).every(({ message, signature }) => verify(key, message, signature))
  if (!holds) return refused('a signature that does not hold')
  const what = saying === 'commit' ? 'committed to' : by === facts.leader ? 'proposed' : 'signed first'
  // Counted as people count, and as the command line counts leaders.
  return { verdict: 'proven', why: `validator ${by + 1} ${what} two blocks in slot ${facts.slot}`, key }
}

/** What was signed, and the signatures, for whoever checks them one by one. */
export function signaturesOf({ saying, facts, values, signatures }: Evidence): readonly [OneSigned, OneSigned] {
  const session = sessionId(facts)
  const one = (which: 0 | 1): OneSigned => ({
    message: signedBytes(saying, session, values[which]),
    signature: signatures[which],
  })
  return [one(0), one(1)]
}

interface OneSigned {
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** One signature of a pair. */
export interface Said {
  readonly saying: 'first' | 'commit'
  readonly by: number
  readonly value: Uint8Array
  readonly signature: Uint8Array
}

/** For each validator and saying one pair, where there is one. All of `said` has verified. */
export function pairsOf(said: readonly Said[], facts: SessionFacts): Evidence[] {
  const earlier = new Map<string, Said>()
  const found = new Map<string, Evidence>()
  for (const one of said) {
    const name = nameOf(one)
    const before = earlier.get(name)
    if (before === undefined) earlier.set(name, one)
    else if (!found.has(name) && !same(before.value, one.value)) found.set(name, pair(before, one, facts))
  }
  return [...found.values()]
}

export function nameOf({ saying, by }: { saying: string; by: number }): string {
  return `${saying} ${by}`
}

function pair(one: Said, other: Said, facts: SessionFacts): Evidence {
  const [low, high] = Buffer.compare(one.value, other.value) < 0 ? [one, other] : [other, one]
  const { saying, by } = one
  return { saying, facts, by, values: [low.value, high.value], signatures: [low.signature, high.signature] }
}
