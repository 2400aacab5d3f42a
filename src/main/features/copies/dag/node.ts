import { isUtf8 } from 'node:buffer'
import { isBlockId, isRaw, type BlockId } from './block-id.ts'
import { MAX_NAME_BYTES, MAX_NODE_BYTES } from '../limits.ts'
import { Fields, TreeError } from './protobuf.ts'

/*
 * One node of a tree: dag-pb around UnixFS, read strictly. The library's decoder makes an object of each CID (15 ms for 6,400
 * links), lets links be in any order, and does not compare what a node says of the nodes below with what those are. Here a
 * node has one form only, names are names, and what it says of sizes has to be true: so the size that the root says is
 * the size that there is, and a few blocks that name each other a billion times are found out at the first of them.
 */

/** A block as the node above describes it. */
export interface Link {
  readonly id: BlockId
  /** It and all below, what is there twice counted twice. */
  readonly treeBytes: number
}

export interface NamedLink extends Link {
  readonly name: string
}

export interface Part extends Link {
  /** Of the file. */
  readonly bytes: number
}

export type TreeNode =
  | { readonly kind: 'file'; readonly bytes: number; readonly parts: readonly Part[] }
  | { readonly kind: 'folder'; readonly entries: readonly NamedLink[] }
  /** Part of a folder that is spread over several nodes. */
  | { readonly kind: 'shard'; readonly entries: readonly NamedLink[]; readonly shards: readonly Link[] }

export type FolderNode = Exclude<TreeNode, { kind: 'file' }>

const UNIXFS = { raw: 0, folder: 1, file: 2, shard: 5 } as const
/** As in all of IPFS: 256 children, named by two digits, placed by murmur3. */
const FANOUT = 256
const MURMUR3 = 0x22
const SHARD_PREFIX = /^[0-9A-F]{2}/

/** *Errors*: TreeError. */
export function readNode(link: Link, bytes: Uint8Array): TreeNode {
  const node = decodeNode(bytes)
  let treeBytes = bytes.byteLength
  for (const below of linksOf(node)) treeBytes += below.treeBytes
  if (treeBytes !== link.treeBytes) throw sizeError(link, treeBytes)
  return node
}

/** What the root says of itself: nobody above it says how large it is. *Errors*: TreeError. */
export function readRoot(id: BlockId, bytes: Uint8Array): { link: Link; node: FolderNode } {
  const node = decodeNode(bytes)
  if (node.kind === 'file') throw new TreeError('damaged', 'the root is a file')
  let treeBytes = bytes.byteLength
  for (const below of linksOf(node)) treeBytes += below.treeBytes
  return { link: { id, treeBytes }, node }
}

export function linksOf(node: TreeNode): readonly Link[] {
  if (node.kind === 'file') return node.parts
  return node.kind === 'folder' ? node.entries : [...node.entries, ...node.shards]
}

function sizeError(link: Link, isBytes: number): TreeError {
  if (isBytes > link.treeBytes) return new TreeError('too-large', `${isBytes} bytes where ${link.treeBytes} were said`)
  return new TreeError('damaged', `${isBytes} bytes where ${link.treeBytes} were said`)
}

function decodeNode(bytes: Uint8Array): TreeNode {
  if (bytes.byteLength > MAX_NODE_BYTES) throw new TreeError('too-large', `a node of ${bytes.byteLength} bytes`)
  const fields = new Fields(bytes)
  const links: NamedLink[] = []
  let data: Buffer | null = null
  while (!fields.isDone) {
    const { field, wire } = fields.head()
    if (wire !== 2 || data !== null) throw new TreeError('damaged', 'fields out of order')
    if (field === 2) links.push(decodeLink(fields.bytes()))
    else if (field === 1) data = fields.bytes()
    else throw new TreeError('damaged', 'a field that no node has')
  }
  if (data === null) throw new TreeError('damaged', 'a node that is none of UnixFS')
  const unixfs = decodeUnixfs(data)
  if (unixfs.type === UNIXFS.file) return fileOf(links, unixfs)
  if (unixfs.type === UNIXFS.folder) return folderOf(links)
  if (unixfs.type === UNIXFS.shard) return shardOf(links, unixfs)
  throw new TreeError('damaged', 'neither a file nor a folder')
}

function decodeLink(bytes: Buffer): NamedLink {
  const fields = new Fields(bytes)
  const next = (field: number, wire: number): void => {
    const head = fields.head()
    if (head.field !== field || head.wire !== wire) throw new TreeError('damaged', 'a link in another form')
  }
  next(1, 2)
  const id = fields.bytes().toString('hex')
  if (!isBlockId(id)) throw new TreeError('damaged', 'a CID of a kind that no copy is made of')
  next(2, 2)
  const name = fields.bytes()
  if (!isUtf8(name)) throw new TreeError('damaged', 'a name that is not UTF-8')
  next(3, 0)
  const treeBytes = fields.number()
  if (!fields.isDone) throw new TreeError('damaged', 'a link in another form')
  return { id, name: name.toString('utf8'), treeBytes }
}

interface Unixfs {
  readonly type: number
  readonly fileBytes: number
  readonly partBytes: readonly number[]
  readonly hashType: number
  readonly fanout: number
}

function decodeUnixfs(bytes: Buffer): Unixfs {
  const fields = new Fields(bytes)
  const partBytes: number[] = []
  let [type, fileBytes, hashType, fanout] = [-1, 0, 0, 0]
  while (!fields.isDone) {
    const { field, wire } = fields.head()
    if (field === 1 && wire === 0) type = fields.number()
    // The bits of a shard say again which children it has. Data of a file in its node is of an older form.
    else if (field === 2 && wire === 2 && type === UNIXFS.shard) fields.bytes()
    else if (field === 3 && wire === 0) fileBytes = fields.number()
    else if (field === 4 && wire === 0) partBytes.push(fields.number())
    else if (field === 5 && wire === 0) hashType = fields.number()
    else if (field === 6 && wire === 0) fanout = fields.number()
    else if (field > 6) fields.skip(wire)
    else throw new TreeError('damaged', 'UnixFS in another form')
  }
  return { type, fileBytes, partBytes, hashType, fanout }
}

function fileOf(links: readonly NamedLink[], { fileBytes, partBytes }: Unixfs): TreeNode {
  if (links.length === 0 || links.length !== partBytes.length) throw new TreeError('damaged', 'a file without its parts')
  let sum = 0
  const parts = links.map(({ id, treeBytes, name }, at) => {
    const bytes = partBytes[at] ?? 0
    sum += bytes
    // An empty part would be one that can be repeated without end.
    if (name !== '' || bytes === 0 || bytes > treeBytes) throw new TreeError('damaged', 'a part of a file in another form')
    if (isRaw(id) && bytes !== treeBytes) throw new TreeError('damaged', 'a piece of a file of another size')
    return { id, treeBytes, bytes }
  })
  if (sum !== fileBytes) throw new TreeError('damaged', 'a file that is not as long as its parts')
  return { kind: 'file', bytes: fileBytes, parts }
}

function folderOf(links: readonly NamedLink[]): TreeNode {
  inOrder(links)
  for (const { name } of links) checkName(name)
  return { kind: 'folder', entries: links }
}

function shardOf(links: readonly NamedLink[], { hashType, fanout }: Unixfs): TreeNode {
  if (fanout !== FANOUT || hashType !== MURMUR3) throw new TreeError('damaged', 'a folder that is spread in another way')
  inOrder(links)
  const entries: NamedLink[] = []
  const shards: Link[] = []
  for (const { id, name, treeBytes } of links) {
    if (!SHARD_PREFIX.test(name)) throw new TreeError('damaged', 'a shard whose children have no place')
    if (name.length === 2) shards.push({ id, treeBytes })
    else entries.push({ id, treeBytes, name: checkName(name.slice(2)) })
  }
  return { kind: 'shard', entries, shards }
}

/** Each once, in the order of their bytes. */
function inOrder(links: readonly NamedLink[]): void {
  for (let at = 1; at < links.length; at++) {
    const [before, name] = [links[at - 1]?.name ?? '', links[at]?.name ?? '']
    if (before === name || Buffer.compare(Buffer.from(before), Buffer.from(name)) >= 0) {
      throw new TreeError('damaged', 'names out of order, or twice')
    }
  }
}

/** Nothing that steps out of its folder or has a second reading. *Errors*: TreeError. */
export function checkName(name: string): string {
  if (whyNoName(name) !== null) throw new TreeError('damaged', 'a name that no file has')
  return name
}

/** Null: it is one. */
export function whyNoName(name: string): string | null {
  if (name === '') return 'it is empty'
  if (name === '.' || name === '..') return 'it is a step to another folder'
  // eslint-disable-next-line no-control-regex
  if (/[/\\\u0000-\u001f\u007f]/.test(name)) return 'it has a slash, a backslash or a control character in it'
  if (!name.isWellFormed()) return 'it is not Unicode'
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return 'it is too long'
  return null
}
