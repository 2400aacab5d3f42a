import { hash } from 'node:crypto'
import type { KnockId, PeerId } from '../../../shared/ids.ts'
import { WORK_NONCE_BYTES } from '../../protocols/knock/index.ts'

/** What the work is done for: one knock, from one device, at one door, while that door's salt lasts. */
export interface WorkFor {
  readonly id: KnockId
  readonly from: PeerId
  readonly to: PeerId
  readonly salt: Uint8Array
}

/** 2,048 hashes take about 2 ms on a slow core: the event loop gets its turn long before 16 ms are over. */
const HASHES_PER_SLICE = 2_048

/** The zero bits that `nonce` earns. One hash. */
export function workBits(work: WorkFor, nonce: Uint8Array): number {
  const input = preimage(work)
  input.set(nonce.subarray(0, WORK_NONCE_BYTES), input.byteLength - WORK_NONCE_BYTES)
  return leadingZeroBits(sha256(input))
}

/**
 * A nonce that earns `bits`, after 2^bits hashes on average, made in slices between which everything else runs.
 * *Errors*: the signal's reason.
 */
export async function solve(work: WorkFor, bits: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const input = preimage(work)
  const at = input.byteLength - WORK_NONCE_BYTES
  for (let count = 0n; ;) {
    signal.throwIfAborted()
    for (let i = 0; i < HASHES_PER_SLICE; i++, count++) {
      input.writeBigUInt64BE(count, at)
      if (leadingZeroBits(sha256(input)) >= bits) return new Uint8Array(input.subarray(at))
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** `latch-knock-work`, id, from and to, each with a line feed; then 16 bytes of salt and 8 of nonce. */
function preimage(work: WorkFor): Buffer {
  const text = `latch-knock-work\n${work.id}\n${work.from}\n${work.to}\n`
  return Buffer.concat([Buffer.from(text), work.salt, Buffer.alloc(WORK_NONCE_BYTES)])
}

function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

function leadingZeroBits(digest: Uint8Array): number {
  let bits = 0
  for (const byte of digest) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}
