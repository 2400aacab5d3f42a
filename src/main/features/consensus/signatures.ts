import type { Signature } from '../../protocols/consensus/index.ts'
import { signedBytes, type Saying, type Session } from './session.ts'

/** Whether `signature` is that of `key` over `bytes`. */
export type Verify = (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean

/** Why a list is none: somebody in it twice, or outside the roster. Null where it is one. Costs no signature. */
export function flawOf(list: readonly Signature[], validators: number): string | null {
  const seen = new Set<number>()
  for (const { by } of list) {
    if (by >= validators) return `validator ${by} of ${validators}`
    if (seen.has(by)) return `validator ${by} twice`
    seen.add(by)
  }
  return null
}

/** The first of these whose signature does not hold, or null. */
export function forgedOf<One extends Signature>(
  list: readonly One[],
  sayingOf: (one: One) => Saying,
  about: { readonly session: Session; readonly value: Uint8Array; readonly verify: Verify },
): number | null {
  const { session, value, verify } = about
  const bytes = new Map<Saying, Uint8Array>()
  for (const item of list) {
    const saying = sayingOf(item)
    const signed = bytes.get(saying) ?? signedBytes(saying, session.id, value)
    bytes.set(saying, signed)
    const key = session.facts.validators[item.by]
    if (key === undefined || !verify(key, signed, item.signature)) return item.by
  }
  return null
}

/** A bit for each signer, the lowest for validator 0. Made of signatures that verified; nobody sends one. */
export function maskOf(list: readonly Signature[]): bigint {
  return list.reduce((mask, { by }) => mask | (1n << BigInt(by)), 0n)
}
