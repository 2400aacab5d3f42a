import { CID } from 'multiformats/cid'
import { hexOf, isBlockId, isRaw, type BlockId } from './block-id.ts'
import { readNode, whyNoName, type Link, type Part } from './node.ts'
import { TreeError } from './protobuf.ts'
import { rootOf, type GetBlock } from './survey.ts'

export type Found = { readonly kind: 'file'; readonly file: Part } | { readonly kind: 'folder' }

/** The parts of a path as a page asks for it; null: nothing has such a path. The last is empty for a folder. */
export function partsOf(path: string): string[] | null {
  const parts = path.replace(/^\//, '').split('/')
  const isFine = parts.every((part, at) => (part === '' ? at === parts.length - 1 : whyNoName(part) === null))
  return isFine ? parts : null
}

/** *Errors*: TreeError; those of `get`. */
export async function find(rootId: BlockId, parts: readonly string[], get: GetBlock, signal: AbortSignal): Promise<Found | null> {
  let link: Link = rootOf(rootId, await get(rootId, signal)).link
  for (const name of parts) {
    if (isRaw(link.id)) return null
    const node = readNode(link, await get(link.id, signal))
    if (node.kind === 'file') return null
    const next = node.kind === 'folder' ? node.entries.find((entry) => entry.name === name) : await findSpread(link, name, get, signal)
    if (next == null) return null
    link = next
  }
  if (isRaw(link.id)) return { kind: 'file', file: { ...link, bytes: link.treeBytes } }
  const node = readNode(link, await get(link.id, signal))
  return node.kind === 'file' ? { kind: 'file', file: { ...link, bytes: node.bytes } } : { kind: 'folder' }
}

/**
 * A name in a folder that is spread over several nodes: where it has to be, the library works out from the name's hash. Each
 * node on the way is read by ours first, as strictly as everywhere.
 */
async function findSpread(folder: Link, name: string, get: GetBlock, signal: AbortSignal): Promise<Link | null> {
  const { unixfs } = await import('@helia/unixfs')
  const known = new Map<BlockId, Link>([[folder.id, folder]])
  const blockstore = {
    async *get(cid: CID): AsyncGenerator<Uint8Array, void, void> {
      const id = hexOf(cid.bytes)
      const link = known.get(id)
      if (link === undefined || !isBlockId(id)) throw new TreeError('damaged', 'a part of a folder that is not of it')
      const bytes = await get(id, signal)
      if (!isRaw(id)) {
        const node = readNode(link, bytes)
        if (node.kind === 'shard') for (const next of [...node.shards, ...node.entries]) known.set(next.id, next)
      }
      yield bytes
    },
    has: (): boolean => false,
    put: (cid: CID): CID => cid,
  }
  try {
    const { cid } = await unixfs({ blockstore }).stat(CID.decode(Buffer.from(folder.id, 'hex')), { path: name, signal })
    return known.get(hexOf(cid.bytes)) ?? null
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundError') return null
    throw error
  }
}
