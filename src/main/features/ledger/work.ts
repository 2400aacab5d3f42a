import type { OpKind } from '../../../shared/model/ledger.ts'
import { sha256 } from './bytes.ts'
import type { Rules } from './genesis.ts'

export const WORK_BYTES = 8
const DOMAIN = Buffer.from('latch-ledger-work\n')

/** 8,192 hashes take 3 ms: the event loop gets its turn long before 16 ms are over. */
const HASHES_PER_SLICE = 8_192

/** What an entry costs, in zero bits. A name costs more with every name that its account holds already. */
export function priceOf(kind: OpKind, held: number, rules: Rules): number {
  if (kind === 'revoke') return 0
  return kind === 'register' ? Math.max(rules.entryBits, rules.nameBits + held * rules.bitsPerName) : rules.entryBits
}

/** The zero bits that `work` earns for an entry of this body. Two hashes. */
export function workBits(body: Uint8Array, work: Uint8Array): number {
  return leadingZeroBits(sha256(preimage(body, work)))
}

/**
 * Work that earns `bits` for this body, after 2^bits hashes on average, in slices between which everything else runs.
 * *Errors*: the signal's reason.
 */
export async function solve(body: Uint8Array, bits: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const input = preimage(body, new Uint8Array(WORK_BYTES))
  const at = input.byteLength - WORK_BYTES
  for (let count = 0n; ;) {
    signal.throwIfAborted()
    for (let i = 0; i < HASHES_PER_SLICE; i++, count++) {
      input.writeBigUInt64BE(count, at)
      if (leadingZeroBits(sha256(input)) >= bits) return new Uint8Array(input.subarray(at))
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** `latch-ledger-work` and a line feed, the SHA-256 of the body, then the 8 bytes of work. */
function preimage(body: Uint8Array, work: Uint8Array): Buffer {
  return Buffer.concat([DOMAIN, sha256(body), work])
}

function leadingZeroBits(digest: Uint8Array): number {
  let bits = 0
  for (const byte of digest) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}
