import type { BlockId } from '../dag/block-id.ts'
import { CACHE_BLOCKS, CACHE_BYTES } from '../limits.ts'
import { BlockFiles } from './block-files.ts'
import type { Room } from './room.ts'

/** Blocks of sites that were opened and not kept: bounded, on the disk, the least recently used go first. */
export class BlockCache {
  readonly #files: BlockFiles
  readonly #room: Pick<Room, 'has'>
  readonly #maxBytes: number
  /** The least recently used first. */
  readonly #known = new Map<BlockId, number>()
  #bytes = 0

  constructor(folder: string, room: Pick<Room, 'has'>, maxBytes = CACHE_BYTES) {
    this.#files = new BlockFiles(folder)
    this.#room = room
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** What an earlier run left, the oldest first. What came meanwhile is newer. */
  async load(): Promise<void> {
    const left: { id: BlockId; bytes: number; changedMs: number }[] = []
    for await (const id of this.#files.all()) {
      const stats = await this.#files.statOf(id)
      if (stats !== null) left.push({ id, ...stats })
    }
    left.sort((a, b) => a.changedMs - b.changedMs)
    const newer = [...this.#known]
    this.#known.clear()
    this.#bytes = 0
    for (const { id, bytes } of left) this.#count(id, bytes)
    for (const [id, bytes] of newer) this.#count(id, bytes)
    await this.#evict()
  }

  has(id: BlockId): boolean {
    return this.#known.has(id)
  }

  async get(id: BlockId): Promise<Uint8Array | null> {
    const bytes = this.#known.get(id)
    if (bytes === undefined) return null
    this.#count(id, bytes)
    const block = await this.#files.read(id).catch(() => 'unreadable' as const)
    if (block instanceof Uint8Array) return block
    if (block === 'unreadable') return null
    this.#forget(id)
    await this.#files.remove(id).catch(() => {})
    return null
  }

  /** A disk that takes no more is no error: it is a cache. */
  async put(id: BlockId, block: Uint8Array): Promise<void> {
    if (this.#known.has(id) || block.byteLength > this.#maxBytes) return
    try {
      if (!(await this.#room.has(block.byteLength))) return
      await this.#files.write(id, block)
      this.#count(id, block.byteLength)
      await this.#evict()
    } catch {
      this.#forget(id)
    }
  }

  #count(id: BlockId, bytes: number): void {
    this.#forget(id)
    this.#known.set(id, bytes)
    this.#bytes += bytes
  }

  #forget(id: BlockId): void {
    this.#bytes -= this.#known.get(id) ?? 0
    this.#known.delete(id)
  }

  async #evict(): Promise<void> {
    while (this.#bytes > this.#maxBytes || this.#known.size > CACHE_BLOCKS) {
      const [oldest] = this.#known.keys()
      if (oldest === undefined) return
      this.#forget(oldest)
      await this.#files.remove(oldest).catch(() => {})
    }
  }
}
