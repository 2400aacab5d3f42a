import { LatchError } from '../../../shared/errors.ts'
import type { SiteName } from '../../../shared/model/sites.ts'
import { cidOf, idOfCid, isRaw, type BlockId } from './dag/block-id.ts'
import { inTurns } from './dag/changes.ts'
import { find, partsOf } from './dag/find.ts'
import { TreeError } from './dag/protobuf.ts'
import { piecesOf, readFile } from './dag/read-file.ts'
import { rootOf, type GetBlock, type TreeFile } from './dag/survey.ts'
import type { Swarm } from './fetch/swarm.ts'
import type { Swarms } from './fetch/swarms.ts'
import { eachOnce } from './keep/fetch-tree.ts'
import { inWords } from './keep/words.ts'
import { MAX_COUNTED_FILES, MAX_PIECES } from './limits.ts'
import type { BlockCache } from './store/block-cache.ts'
import type { BlockStore } from './store/block-store.ts'
import type { CopyFile, OpenCopy, ZonedSite } from './types.ts'

export interface ReadingParts {
  readonly store: BlockStore
  readonly cache: BlockCache
  readonly swarms: Swarms
  /** Aborts when the feature stops. */
  readonly stopped: AbortSignal
}

/** A tree and where its blocks are had from: the disk first, then whoever has them. */
export interface Source {
  readonly root: BlockId
  readonly swarm: Swarm
  readonly get: GetBlock
}

/** What copies are read from. What comes from others is kept in the cache, or where it is of a copy, in its place. */
export class Reading {
  readonly #parts: ReadingParts

  constructor(parts: ReadingParts) {
    this.#parts = parts
  }

  source(site: SiteName, root: BlockId, devices: ZonedSite['devices']): Source {
    const { store, cache, swarms } = this.#parts
    const swarm = swarms.of(site, root, devices)
    const get: GetBlock = async (id, signal) => {
      const here = (await store.get(id)) ?? (await cache.get(id))
      if (here !== null) return here
      const block = await swarms.of(site, root, devices).get(id, signal)
      // A block of a copy that the disk lost goes back to where it was.
      const tree = store.treeOf(cidOf(root))
      if (tree !== null && store.isOf(tree, id)) await store.put(tree, id, block).catch(() => cache.put(id, block))
      else await cache.put(id, block)
      return block
    }
    return { root, swarm, get }
  }

  /** Errors: LatchError UNREACHABLE, DAMAGED; the signal's reason. */
  async open(site: SiteName, zoned: Pick<ZonedSite, 'cid' | 'devices'>, keptHere: boolean, signal?: AbortSignal): Promise<OpenCopy> {
    const { cid } = zoned
    const root = cid === null ? null : idOfCid(cid)
    if (cid === null || root === null) throw new LatchError('UNREACHABLE', 'The owner of this site publishes no copy that Latch can read.')
    const source = this.source(site, root, zoned.devices)
    await this.#worded(async (either) => rootOf(root, await source.get(root, either)), signal)
    return {
      site,
      cid,
      keptHere,
      get holders() {
        return source.swarm.holders
      },
      find: async (path, given) => this.#worded((either) => this.#find(source, path, either), given),
    }
  }

  /** What of these files is in the store already, each once; of files in many pieces only the first few are looked into. *Errors*: TreeError. */
  async hereBytes(files: readonly TreeFile[], { get }: Source, signal: AbortSignal): Promise<number> {
    const { store } = this.#parts
    let here = 0
    const large: TreeFile[] = []
    const all = [...eachOnce(files)]
    await inTurns(all, ({ file }) => {
      if (!isRaw(file.id)) large.push(file)
      else if (store.has(file.id)) here += file.bytes
    })
    let pieces = 0
    for (const file of large.slice(0, MAX_COUNTED_FILES)) {
      for await (const piece of piecesOf(file, get, signal)) {
        if (++pieces > MAX_PIECES) throw new TreeError('too-large', 'files in too many pieces')
        if (store.has(piece.id)) here += piece.bytes
        if (pieces % 256 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    return here
  }

  async #find(source: Source, path: string, signal: AbortSignal): Promise<CopyFile | 'folder' | null> {
    const exact = await this.#findExact(source, path, signal)
    const normal = path.normalize('NFC')
    // Trees have their names in one form; a page may ask in the other.
    return exact === null && normal !== path ? this.#findExact(source, normal, signal) : exact
  }

  async #findExact({ root, get }: Source, path: string, signal: AbortSignal): Promise<CopyFile | 'folder' | null> {
    const parts = partsOf(path)
    if (parts === null) return null
    if (parts.at(-1) === '') parts[parts.length - 1] = 'index.html'
    const found = await find(root, parts, get, signal)
    if (found === null) return null
    if (found.kind === 'folder') return 'folder'
    const { file } = found
    const { stopped } = this.#parts
    return {
      path: parts.join('/'),
      bytes: file.bytes,
      cid: cidOf(file.id),
      async *read({ start, end } = { start: 0, end: file.bytes }) {
        try {
          yield* readFile(file, get, stopped, { start: Math.max(0, start), end: Math.min(end, file.bytes) })
        } catch (error) {
          throw inWords(error)
        }
      },
    }
  }

  async #worded<T>(run: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { stopped } = this.#parts
    try {
      return await run(signal === undefined ? stopped : AbortSignal.any([signal, stopped]))
    } catch (error) {
      throw inWords(error)
    }
  }
}
