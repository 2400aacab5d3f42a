import { CHUNK_BYTES, chunksOf, CHUNKS_PER_GROUP, HASH_BYTES, isSame } from '../../../platform/hash-tree.ts'
import type { HashThreads } from '../../../platform/hash-tree-threads.ts'
import { stripe } from '../hashing.ts'
import { STRIPE_BYTES } from '../limits.ts'
import type { Layout } from '../manifest.ts'
import { leafAt } from '../shelf.ts'
import type { Picker } from './picker.ts'

export interface RecheckParts {
  readonly picker: Picker
  readonly layout: Layout
  readonly threads: HashThreads
  readonly leavesOf: (group: number) => Uint8Array | undefined
}

/** Chunks that were said to be on the disk and are not, or are not what they should be, count as missing. *Errors*: the signal's reason. */
export async function recheck(parts: RecheckParts, signal: AbortSignal): Promise<void> {
  const chunks = chunksOf(parts.layout.bytes)
  const perStripe = STRIPE_BYTES / CHUNK_BYTES
  let next = 0
  const run = async (): Promise<void> => {
    for (let first = perStripe * next++; first < chunks; first = perStripe * next++) {
      signal.throwIfAborted()
      await recheckSome(parts, first, Math.min(perStripe, chunks - first))
    }
  }
  await Promise.all(Array.from({ length: parts.threads.size }, run))
}

async function recheckSome({ picker, layout, threads, leavesOf }: RecheckParts, first: number, count: number): Promise<void> {
  const said = Array.from({ length: count }, (_, at) => first + at).filter((chunk) => picker.has(chunk))
  if (said.length === 0) return
  const all = said.length === count ? await found(layout, threads, first, count) : null
  for (const chunk of said) {
    const leaves = leavesOf(Math.floor(chunk / CHUNKS_PER_GROUP))
    const leaf = all === null ? await found(layout, threads, chunk, 1) : leafAt(all, chunk - first)
    if (leaves === undefined || leaf === null || !isSame(leaf, leafAt(leaves, chunk % CHUNKS_PER_GROUP))) picker.unmark(chunk)
  }
}

/** Null: the disk does not give them. */
async function found(layout: Layout, threads: HashThreads, first: number, count: number): Promise<Uint8Array | null> {
  const from = first * CHUNK_BYTES
  const leaves = await stripe(layout, threads, from, Math.min(count * CHUNK_BYTES, layout.bytes - from)).catch(() => null)
  return leaves?.byteLength === count * HASH_BYTES ? leaves : null
}
