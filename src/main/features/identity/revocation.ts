import type { PrivateKey } from '@libp2p/interface'
import { z } from 'zod'
import { AccountId, TimeMs } from '../../../shared/ids.ts'
import { decode, encode } from '../../platform/cbor.ts'
import { open, seal, type EnvelopeKind } from '../../platform/envelope.ts'
import { accountIdOf } from './keys.ts'
import { MAX_REVOCATION_BYTES } from './limits.ts'

/*
 * The end of an account, signed in advance and kept elsewhere: whoever holds it can publish it, and nobody can take it back.
 * Drawn in docs/wire/device-list.md.
 */

export const REVOCATION: EnvelopeKind = { domain: 'latch-revocation', type: '/latch/revocation/1' }

const Revocation = z.object({
  account: AccountId,
  kind: z.literal('revoked'),
  /** When it was signed, not when it was published; what came of the account since then may not have been its person's. */
  atMs: TimeMs.optional(),
})
export type Revocation = z.infer<typeof Revocation>

export type OpenedRevocation =
  | { outcome: 'valid'; revocation: Revocation }
  | { outcome: 'malformed' | 'forged'; why: string }

export function signRevocation(account: AccountId, accountKey: PrivateKey, atMs: number): Promise<Uint8Array> {
  return seal(REVOCATION, encode({ account, kind: 'revoked', atMs: Math.round(atMs) } satisfies Revocation), accountKey)
}

/** Size, then signature, then meaning. */
export async function openRevocation(envelope: Uint8Array): Promise<OpenedRevocation> {
  if (envelope.byteLength > MAX_REVOCATION_BYTES) return { outcome: 'malformed', why: 'too large for a revocation' }
  try {
    const { publicKey, payload } = await open(REVOCATION, envelope)
    const revocation = decode(payload, Revocation, MAX_REVOCATION_BYTES)
    if (publicKey.type !== 'Ed25519' || accountIdOf(publicKey) !== revocation.account) {
      return { outcome: 'forged', why: 'the revocation is signed by another key than its account' }
    }
    return { outcome: 'valid', revocation }
  } catch (error) {
    return { outcome: 'malformed', why: error instanceof Error ? error.message : String(error) }
  }
}
