import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { z } from 'zod'

/*
 * A release key, as it is pinned, and the signature file that lies beside a manifest: text, a line each, as both are made by
 * hand and looked at by people. The golden lines of test/unit/updates pin them.
 *
 *   latch-release-key-1 <32 bytes of an Ed25519 public key, base64url>
 *   latch-release-signature-1 <key id, 16 hex digits> <64 bytes, base64url>        one line for each key that signed
 *
 * A key's id is the first 8 bytes of the SHA-256 of its 32. What is signed is the line below, then the bytes of the manifest
 * as they lie there: no other file that this key ever signs can be taken for one.
 */
const CONTEXT = 'latch-release-manifest-1\n'

/** Two keys sign while one follows the other; a line is 127 characters. */
export const MAX_SIGNATURE_BYTES = 1_024
const MAX_LINES = 4

const KeyLine = z.string().regex(/^latch-release-key-1 [A-Za-z0-9_-]{43}$/)
const SignatureLine = z.string().regex(/^latch-release-signature-1 [0-9a-f]{16} [A-Za-z0-9_-]{86}$/)

export interface ReleaseKey {
  readonly id: string
  readonly object: KeyObject
}

/** Errors: ZodError, for a line that is no key: what is pinned is ours, and wrong in a build that must not run. */
export function readReleaseKey(line: string): ReleaseKey {
  const x = KeyLine.parse(line).split(' ')[1] ?? ''
  const id = createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex').slice(0, 16)
  return { id, object: createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } }) }
}

export type Verdict = { readonly ok: true; readonly key: string } | { readonly ok: false; readonly code: 'unsigned' | 'wrong-signature'; readonly why: string }

/** Whether one of the pinned keys signed these bytes. */
export function verifyManifest(manifest: Uint8Array, signatures: Uint8Array, keys: readonly ReleaseKey[]): Verdict {
  if (signatures.byteLength > MAX_SIGNATURE_BYTES) return { ok: false, code: 'unsigned', why: 'what lies beside it is too large for a signature' }
  const lines = new TextDecoder().decode(signatures).split('\n').filter((line) => line !== '')
  const read = lines.slice(0, MAX_LINES).flatMap((line) => (SignatureLine.safeParse(line).success ? [line.split(' ')] : []))
  if (read.length === 0) return { ok: false, code: 'unsigned', why: 'no signature lies beside it' }
  const signed = Buffer.concat([Buffer.from(CONTEXT), manifest])
  for (const [, id, signature = ''] of read) {
    const key = keys.find((one) => one.id === id)
    if (key === undefined) continue
    // One that is wrong ends it: nobody who makes releases writes one such line beside a good one.
    if (!verify(null, signed, key.object, Buffer.from(signature, 'base64url'))) return { ok: false, code: 'wrong-signature', why: 'its signature does not fit what it says' }
    return { ok: true, key: key.id }
  }
  return { ok: false, code: 'wrong-signature', why: 'it is signed with a key that this version does not know' }
}
