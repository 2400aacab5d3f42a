import type { Verifier } from '../../platform/verify-pool.ts'
import type { CertifiedBlock } from './block.ts'
import type { Hex } from './bytes.ts'
import { signatureOf } from './entry.ts'

/**
 * The entries of these blocks whose signatures hold, by id, verified wherever `verifier` does it. What is not among them is
 * verified once more by `Chain.add`, and refused there.
 */
export async function verifiedIn(blocks: readonly CertifiedBlock[], verifier: Verifier): Promise<Set<Hex>> {
  const entries = blocks.flatMap((block) => block.entries)
  const results = await verifier.verifyMany(entries.map(signatureOf))
  return new Set(entries.filter((_, index) => results[index] === true).map(({ id }) => id))
}
