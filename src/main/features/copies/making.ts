import type { SiteName } from '../../../shared/model/sites.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { cidOf, type BlockId } from './dag/block-id.ts'
import { makeTree, type SourceFile } from './dag/make.ts'
import { checkRoom, noRoom } from './keep/job.ts'
import { Turns } from './keep/turns.ts'
import { inWords } from './keep/words.ts'
import { MADE_VERSIONS } from './limits.ts'
import type { BlockStore } from './store/block-store.ts'
import type { CopyRows } from './store/copy-rows.ts'
import type { Room } from './store/room.ts'
import type { CopiesFeature } from './types.ts'

export interface MakingParts {
  readonly clock: Clock
  readonly log: Log
  readonly store: BlockStore
  readonly rows: CopyRows
  readonly room: Room
  readonly freeBytes: () => Promise<number | null>
  readonly sweep: () => Promise<number>
  /** While this runs no tree is removed. */
  readonly unswept: <T>(run: () => Promise<T>) => Promise<T>
  readonly onServed: () => void
  /** Aborts when the node stops. */
  readonly stopped: AbortSignal
}

/** It takes room until the next sweep, and nothing else. */
const LEFT_OVER = 'what nobody needs of a tree could not be removed'

/**
 * Trees of own sites. Their bytes are stored once more, beside the folder: so the version that the zone names stays whole
 * while somebody works in the folder, and so does the one before it, which zones of others may name for some hours. What both have
 * is there once.
 */
export class Making {
  readonly #parts: MakingParts
  readonly #turns = new Turns(1)
  #made = 0

  constructor(parts: MakingParts) {
    this.#parts = parts
  }

  /** Trees that are being made belong to no site yet. */
  static isBeingMade(cid: string): boolean {
    return cid.startsWith('making:')
  }

  make: CopiesFeature['maker']['make'] = async (site, files, given, onBytes) => {
    const signal = AbortSignal.any([given, this.#parts.stopped])
    const giveBack = await this.#turns.take(signal)
    const { store, rows, room, clock, log, unswept } = this.#parts
    // The library goes on with other files for a moment when one could not be read.
    const over = new AbortController()
    const putting = new Set<Promise<void>>()
    const all = new Set<BlockId>()
    const put = async (id: BlockId, block: Uint8Array): Promise<void> => {
      over.signal.throwIfAborted()
      all.add(id)
      // It may be one that the disk lost, or was changed on it.
      if (store.note(tree, id) === 'noted' && (await store.get(id)) !== null) return
      if (!(await room.has(block.byteLength))) throw noRoom()
      const one = store.put(tree, id, block)
      putting.add(one)
      await one.finally(() => putting.delete(one))
    }
    const name = `making:${site}:${clock.nowMs()}:${this.#made++}`
    const tree = store.tree(name)
    try {
      await checkRoom(0, this.#parts.freeBytes)
      const made = await makeTree(this.#watchingRoom(files), put, signal, onBytes)
      const cid = cidOf(made.root)
      // What a zone is to name outlives a power cut; also what a copy that is still fetched has of it.
      const lost = await store.settle([...all])
      if (lost.length > 0) throw new Error(`the disk loses what is written to it: ${lost.length} blocks`)
      await unswept(async () => {
        signal.throwIfAborted()
        await store.rename(tree, cid)
        rows.addMade(site, cid, clock.nowMs())
      })
      this.#forgetOlder(site)
      return { cid, files: made.files, bytes: made.bytes }
    } catch (error) {
      over.abort(error)
      await Promise.allSettled(putting)
      await store.remove(tree).catch((cause: unknown) => log.warn({ error: cause }, LEFT_OVER))
      throw inWords(error)
    } finally {
      giveBack()
      this.#parts.onServed()
      await this.#parts.sweep().catch((error: unknown) => log.warn({ error }, LEFT_OVER))
    }
  }

  unmake = async (site: SiteName): Promise<void> => {
    const { rows, sweep, onServed } = this.#parts
    for (const made of rows.made()) if (made.site === site) rows.removeMade(site, made.cid)
    onServed()
    await sweep()
  }

  async *#watchingRoom(files: AsyncIterable<SourceFile>): AsyncGenerator<SourceFile, void, void> {
    let bytes = 0
    for await (const file of files) {
      bytes += file.bytes
      yield file
    }
    await checkRoom(bytes, this.#parts.freeBytes)
  }

  #forgetOlder(site: SiteName): void {
    const { rows } = this.#parts
    const versions = rows.made().filter((made) => made.site === site)
    for (const { cid } of versions.slice(MADE_VERSIONS)) rows.removeMade(site, cid)
  }
}
