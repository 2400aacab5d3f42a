import { isRaw, type BlockId } from './block-id.ts'
import { readNode, readRoot, type FolderNode, type Link, type Part } from './node.ts'
import { MAX_DEPTH, MAX_ENTRIES, MAX_PATH_CHARS, MAX_TREE_BYTES, NODES_AT_ONCE } from '../limits.ts'
import { TreeError } from './protobuf.ts'

/** A block whose hash was checked. Errors: whatever it could not be had for. */
export type GetBlock = (id: BlockId, signal: AbortSignal) => Promise<Uint8Array>

/** `bytes`: of the file itself. */
export interface TreeFile extends Part {
  readonly path: string
}

/** What a tree holds, by its nodes: no piece of a file was read. */
export interface Survey {
  readonly root: Link
  /** One for each path: a file that lies there twice is there twice. */
  readonly files: readonly TreeFile[]
  readonly fileBytes: number
}

interface Step {
  readonly link: Link
  readonly path: string
  readonly depth: number
  readonly isShard: boolean
}

/** The nodes of all folders and the first of each file, several at once. *Errors*: TreeError; those of `get`, the signal's reason. */
export async function survey(rootId: BlockId, get: GetBlock, signal: AbortSignal): Promise<Survey> {
  const rootBytes = await get(rootId, signal)
  const { link: root, node } = rootOf(rootId, rootBytes)
  const surveyor = new Surveyor(get, signal)
  surveyor.take({ path: '', depth: 0 }, node)
  await drain(surveyor.steps, (step) => surveyor.one(step))
  const { files, fileBytes } = surveyor
  return { root, files, fileBytes }
}

/** What the root says: how large all of it is. *Errors*: TreeError. */
export function rootOf(id: BlockId, bytes: Uint8Array): ReturnType<typeof readRoot> {
  if (isRaw(id)) throw new TreeError('damaged', 'the root is a piece of a file')
  const root = readRoot(id, bytes)
  if (root.link.treeBytes > MAX_TREE_BYTES) throw new TreeError('too-large', `${root.link.treeBytes} bytes`)
  return root
}

/** Every path counts, however few blocks they are made of, so that a tree of trees of itself ends at a bound. */
class Surveyor {
  readonly files: TreeFile[] = []
  fileBytes = 0
  readonly steps: Step[] = []
  readonly #get: GetBlock
  readonly #signal: AbortSignal
  /** Files above one piece, each read once. */
  readonly #fileNodes = new Map<BlockId, number>()
  #entries = 0

  constructor(get: GetBlock, signal: AbortSignal) {
    this.#get = get
    this.#signal = signal
  }

  take(at: Pick<Step, 'path' | 'depth'>, found: FolderNode): void {
    const shards = found.kind === 'shard' ? found.shards : []
    this.#entries += found.entries.length + shards.length
    if (this.#entries > MAX_ENTRIES) throw new TreeError('too-large', 'too many files')
    const depth = at.depth + 1
    if (depth > MAX_DEPTH) throw new TreeError('too-large', 'folders in too many folders')
    for (const { id, name, treeBytes } of found.entries) {
      const path = at.path === '' ? name : `${at.path}/${name}`
      if (path.length > MAX_PATH_CHARS) throw new TreeError('too-large', 'a path that is too long')
      if (isRaw(id)) this.#file({ id, treeBytes }, treeBytes, path)
      else this.steps.push({ link: { id, treeBytes }, path, depth, isShard: false })
    }
    for (const link of shards) this.steps.push({ link, path: at.path, depth, isShard: true })
  }

  async one({ link, path, depth, isShard }: Step): Promise<void> {
    const known = this.#fileNodes.get(link.id)
    if (known !== undefined && !isShard) return this.#file(link, known, path)
    if (isRaw(link.id)) throw new TreeError('damaged', 'a piece of a file in the place of a folder')
    const bytes = await this.#get(link.id, this.#signal)
    this.#signal.throwIfAborted()
    const found = readNode(link, bytes)
    if (isShard && found.kind !== 'shard') throw new TreeError('damaged', 'something else in the place of a part of a folder')
    if (found.kind !== 'file') return this.take({ path, depth }, found)
    this.#fileNodes.set(link.id, found.bytes)
    this.#file(link, found.bytes, path)
  }

  #file({ id, treeBytes }: Link, bytes: number, path: string): void {
    this.files.push({ id, treeBytes, bytes, path })
    this.fileBytes += bytes
  }
}

/** Runs `one` for each of a list that grows meanwhile, the last first, so that few wait; the first error ends it. */
export async function drain<Item>(items: Item[], one: (item: Item) => Promise<void>, atOnce: number = NODES_AT_ONCE): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  for (;;) {
    while (items.length > 0 && failures.length === 0 && running.size < atOnce) {
      const run: Promise<void> = one(items.pop() as Item)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(run))
      running.add(run)
    }
    if (running.size === 0) break
    await Promise.race(running)
  }
  if (failures.length > 0) throw failures[0]
}
