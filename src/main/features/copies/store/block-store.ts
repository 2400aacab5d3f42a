import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Database, Statement } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'
import { bytesOf, cidOf, hexOf, type BlockId } from '../dag/block-id.ts'
import { inTurns } from '../dag/changes.ts'
import { drain } from '../dag/survey.ts'
import { BLOCKS_PER_SWEEP, FILES_AT_ONCE, ROWS_PER_WRITE, WRITE_ROWS_MS } from '../limits.ts'
import { BlockFiles } from './block-files.ts'

/** A root and what is known to lie under it. */
export type TreeId = number

/**
 * Blocks of trees that are kept: files on the disk, and in the database which there are and of which trees. A block is
 * removed when the last of its trees is. What is written down is late by 200 ms at most: after a crash so much is fetched
 * again, and files that nothing knows are removed at the next start.
 */
export class BlockStore {
  readonly #files: BlockFiles
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #onBytes: () => void
  /** Aborts when the node stops. */
  readonly #signal: AbortSignal
  /** Not written down yet. */
  #newBlocks = new Map<BlockId, number>()
  #newLinks: { tree: TreeId; id: BlockId }[] = []
  /**
   * Whoever writes or removes the file of a block, or finds that it is not right, does so alone, and says in the same turn what is there
   * now: or a file is removed that was just fetched again, and a copy lacks it that is called whole.
   */
  readonly #alone = new Map<BlockId, Promise<unknown>>()
  readonly #sql
  #cancelWrite: Cancel | null = null
  #bytes: number

  constructor(parts: { database: Database; clock: Clock; log: Log; folder: string; signal: AbortSignal; onBytes: () => void }) {
    this.#database = parts.database
    this.#clock = parts.clock
    this.#log = parts.log
    this.#onBytes = parts.onBytes
    this.#signal = parts.signal
    this.#files = new BlockFiles(parts.folder)
    this.#sql = statements(parts.database)
    this.#bytes = this.#sql.sum.get()?.bytes ?? 0
  }

  /** What all of it takes on the disk, each block once. */
  get bytes(): number {
    return this.#bytes
  }

  tree(cid: string): TreeId {
    this.#sql.addTree.run(cid)
    return this.#sql.treeOf.get(cid)?.id ?? 0
  }

  /** Null: there is none. */
  treeOfRoot(root: BlockId): TreeId | null {
    return this.treeOf(cidOf(root))
  }

  treeOf(cid: string): TreeId | null {
    return this.#sql.treeOf.get(cid)?.id ?? null
  }

  /** A tree whose root was not known has this one. Where there is one already, it gets what this one has. */
  async rename(tree: TreeId, cid: string): Promise<void> {
    this.#write()
    const existing = this.treeOf(cid)
    if (existing === null) return void this.#sql.renameTree.run(cid, tree)
    for (;;) {
      const some = this.#database.transaction(() => {
        const links = this.#sql.someOf.all(tree, BLOCKS_PER_SWEEP)
        for (const { block } of links) this.#sql.addLink.run(existing, block)
        for (const { block } of links) this.#sql.unlink.run(tree, block)
        return links.length
      })
      if (some === 0) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#sql.removeTree.run(tree)
  }

  has(id: BlockId): boolean {
    return this.#newBlocks.has(id) || this.#sql.block.get(bytesOf(id)) !== undefined
  }

  /** As far as it is written down: all of it, of a tree that is whole. */
  isOf(tree: TreeId, id: BlockId): boolean {
    return this.#sql.link.get(tree, bytesOf(id)) !== undefined
  }

  /** The block is of this tree, if it is here. */
  note(tree: TreeId, id: BlockId): 'noted' | 'not-here' {
    if (!this.has(id)) return 'not-here'
    if (this.#isTree(tree)) this.#link(tree, id)
    return 'noted'
  }

  /** Of a tree that was removed meanwhile nothing is kept. Errors: those of the disk. */
  put(tree: TreeId, id: BlockId, block: Uint8Array): Promise<void> {
    return this.#inTurn(id, async () => {
      await this.#files.write(id, block)
      // The database may be closed: what is written down nowhere is removed at the next start.
      if (this.#signal.aborted) return
      if (!this.#isTree(tree)) {
        if (!this.has(id)) await this.#files.remove(id)
        return
      }
      if (!this.has(id)) {
        this.#newBlocks.set(id, block.byteLength)
        this.#bytes += block.byteLength
        this.#onBytes()
      }
      this.#link(tree, id)
    })
  }

  /** Checked against its CID. Null: not here, or not any more. */
  async get(id: BlockId): Promise<Uint8Array | null> {
    if (!this.has(id)) return null
    const block = await this.#files.read(id)
    return block instanceof Uint8Array ? block : this.#inTurn(id, () => this.#getAlone(id))
  }

  /** On the disk for good, but for those that it resolves with: they were not here. */
  async settle(ids: readonly BlockId[]): Promise<BlockId[]> {
    const lost = new Set(await this.#files.sync(ids))
    // Nothing that is not there stays written down.
    for (const id of lost) await this.get(id)
    this.#write()
    await inTurns(ids, (id) => void (this.has(id) || lost.add(id)))
    return [...lost]
  }

  /**
   * The tree, and what only it has. Resolves with the bytes that were freed; in pieces, between which all else goes on, and
   * which may be too few where the node stops meanwhile.
   */
  async remove(tree: TreeId): Promise<number> {
    let freed = 0
    for (;;) {
      if (this.#signal.aborted) return freed
      this.#write()
      const gone = this.#database.transaction(() => this.#removeSome(tree))
      if (gone === null) break
      for (const bytes of gone.values()) {
        freed += bytes
        this.#bytes -= bytes
      }
      await drain([...gone.keys()], (id) => this.#removeUnknown(id).catch(() => {}), FILES_AT_ONCE)
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#sql.removeTree.run(tree)
    if (freed > 0) this.#onBytes()
    return freed
  }

  /** All that there are. */
  trees(): { id: TreeId; cid: string }[] {
    return this.#sql.trees.all()
  }

  /** Files that nothing knows: what a crash left. */
  async tidy(): Promise<void> {
    for await (const id of this.#files.all()) {
      if (this.#signal.aborted) return
      if (!this.has(id)) await this.#removeUnknown(id)
    }
  }

  /** Writes down what is not yet. */
  flush(): void {
    this.#write()
  }

  async #inTurn<T>(id: BlockId, run: () => Promise<T>): Promise<T> {
    const before = this.#alone.get(id)
    const mine = before === undefined ? run() : before.then(run, run)
    this.#alone.set(id, mine)
    try {
      return await mine
    } finally {
      if (this.#alone.get(id) === mine) this.#alone.delete(id)
    }
  }

  /** A file that could not be read: it was written anew or removed meanwhile, or the disk lost it. */
  async #getAlone(id: BlockId): Promise<Uint8Array | null> {
    if (this.#signal.aborted || !this.has(id)) return null
    const block = await this.#files.read(id)
    if (block instanceof Uint8Array) return block
    if (this.#signal.aborted || !this.has(id)) return null
    this.#log.warn({ block: id, how: block }, 'a block of a copy could not be read')
    if (block === 'unreadable') return null
    this.#forget(id)
    if (block === 'damaged') await this.#files.remove(id).catch(() => {})
    return null
  }

  /** Not one that was written again meanwhile. */
  #removeUnknown(id: BlockId): Promise<void> {
    return this.#inTurn(id, async () => {
      if (!this.#signal.aborted && !this.has(id)) await this.#files.remove(id)
    })
  }

  #forget(id: BlockId): void {
    this.#write()
    const bytes = this.#sql.block.get(bytesOf(id))?.bytes
    if (bytes === undefined) return
    this.#sql.removeBlock.run(bytesOf(id))
    this.#bytes -= bytes
    this.#onBytes()
  }

  /** Null: the tree has no blocks left. What nobody else has is given back: its file goes when this was committed. */
  #removeSome(tree: TreeId): Map<BlockId, number> | null {
    const some = this.#sql.someOf.all(tree, BLOCKS_PER_SWEEP)
    if (some.length === 0) return null
    const gone = new Map<BlockId, number>()
    for (const { block } of some) {
      this.#sql.unlink.run(tree, block)
      if (this.#sql.anyLink.get(block) !== undefined) continue
      const bytes = this.#sql.block.get(block)?.bytes
      this.#sql.removeBlock.run(block)
      if (bytes !== undefined) gone.set(hexOf(block), bytes)
    }
    return gone
  }

  #isTree(tree: TreeId): boolean {
    return this.#sql.tree.get(tree) !== undefined
  }

  #link(tree: TreeId, id: BlockId): void {
    this.#newLinks.push({ tree, id })
    this.#writeSoon()
  }

  #writeSoon(): void {
    if (this.#newLinks.length >= ROWS_PER_WRITE) this.#write()
    else this.#cancelWrite ??= this.#clock.after(WRITE_ROWS_MS, () => this.#write())
  }

  #write(): void {
    this.#cancelWrite?.()
    this.#cancelWrite = null
    if (this.#newLinks.length === 0 && this.#newBlocks.size === 0) return
    const [blocks, links] = [this.#newBlocks, this.#newLinks]
    this.#database.transaction(() => {
      for (const [id, bytes] of blocks) this.#sql.addBlock.run(bytesOf(id), bytes)
      for (const { tree, id } of links) this.#sql.addLink.run(tree, bytesOf(id))
    })
    this.#newBlocks = new Map()
    this.#newLinks = []
  }
}

function statements(database: Database) {
  const of = <Params extends unknown[], Row = unknown>(sql: string): Statement<Params, Row> => database.prepare<Params, Row>(sql)
  return {
    sum: of<[], { bytes: number }>('SELECT coalesce(sum(bytes), 0) AS bytes FROM copy_blocks'),
    addTree: of<[string]>('INSERT OR IGNORE INTO copy_trees (cid) VALUES (?)'),
    tree: of<[TreeId]>('SELECT 1 FROM copy_trees WHERE id = ?'),
    treeOf: of<[string], { id: TreeId }>('SELECT id FROM copy_trees WHERE cid = ?'),
    renameTree: of<[string, TreeId]>('UPDATE copy_trees SET cid = ? WHERE id = ?'),
    removeTree: of<[TreeId]>('DELETE FROM copy_trees WHERE id = ?'),
    trees: of<[], { id: TreeId; cid: string }>('SELECT id, cid FROM copy_trees'),
    block: of<[Uint8Array], { bytes: number }>('SELECT bytes FROM copy_blocks WHERE id = ?'),
    addBlock: of<[Uint8Array, number]>('INSERT OR IGNORE INTO copy_blocks (id, bytes) VALUES (?, ?)'),
    removeBlock: of<[Uint8Array]>('DELETE FROM copy_blocks WHERE id = ?'),
    link: of<[TreeId, Uint8Array]>('SELECT 1 FROM copy_tree_blocks WHERE tree = ? AND block = ?'),
    anyLink: of<[Uint8Array]>('SELECT 1 FROM copy_tree_blocks WHERE block = ? LIMIT 1'),
    addLink: of<[TreeId, Uint8Array]>('INSERT OR IGNORE INTO copy_tree_blocks (tree, block) VALUES (?, ?)'),
    unlink: of<[TreeId, Uint8Array]>('DELETE FROM copy_tree_blocks WHERE tree = ? AND block = ?'),
    someOf: of<[TreeId, number], { block: Uint8Array }>('SELECT block FROM copy_tree_blocks WHERE tree = ? LIMIT ?'),
  }
}
