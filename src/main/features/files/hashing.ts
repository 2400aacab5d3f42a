import type { FileId } from '../../../shared/ids.ts'
import { CHUNK_BYTES, chunksOf, fileIdOf, HASH_BYTES, HashTree, type FileHead } from '../../platform/hash-tree.ts'
import type { HashThreads } from '../../platform/hash-tree-threads.ts'
import { STRIPE_BYTES } from './limits.ts'
import type { Layout } from './manifest.ts'

export interface Hashed {
  readonly file: FileId
  readonly head: FileHead
  readonly groups: Uint8Array
  readonly leavesOf: (group: number) => Uint8Array
}

/** Hashes what lies on the disk, a stripe after another in each thread. *Errors*: DiskError, the signal's reason. */
export async function hashOf(layout: Layout, threads: HashThreads, signal: AbortSignal, onBytes: (doneBytes: number) => void): Promise<Hashed> {
  const leaves = new Uint8Array(chunksOf(layout.bytes) * HASH_BYTES)
  let next = 0
  let done = 0
  const run = async (): Promise<void> => {
    while (next < Math.max(1, layout.bytes)) {
      signal.throwIfAborted()
      const from = next
      next += STRIPE_BYTES
      const bytes = Math.min(STRIPE_BYTES, layout.bytes - from)
      leaves.set(await stripe(layout, threads, from, bytes), (from / CHUNK_BYTES) * HASH_BYTES)
      done += bytes
      onBytes(done)
    }
  }
  await Promise.all(Array.from({ length: threads.size }, run))
  const { head, groups, leavesOf } = HashTree.of(layout.bytes, layout.manifest.byteLength, leaves)
  return { file: fileIdOf(head), head, groups, leavesOf }
}

/** Leaves of some whole chunks as they lie on the disk. */
export function stripe(layout: Layout, threads: HashThreads, from: number, bytes: number): Promise<Uint8Array> {
  // A view of a larger buffer would be copied whole.
  return threads.leaves(layout.segmentsOf(from, bytes), layout.headOf(from, bytes).slice())
}
