import { createHash } from 'node:crypto'
import type { BlockId } from '../../src/main/protocols/copy/index.ts'

/** A tree written by hand, as nobody's Latch would: blocks by their ids. */
export type Blocks = Map<BlockId, Uint8Array>

export interface HandLink {
  readonly id: BlockId
  readonly name: string
  readonly treeBytes: number
}

export function idOf(kind: 'raw' | 'node', bytes: Uint8Array): BlockId {
  return `01${kind === 'raw' ? '55' : '70'}1220${createHash('sha256').update(bytes).digest('hex')}`
}

export function varint(value: number): number[] {
  const bytes: number[] = []
  let left = value
  while (left >= 0x80) {
    bytes.push((left % 0x80) + 0x80)
    left = Math.floor(left / 0x80)
  }
  return [...bytes, left]
}

export function field(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(varint(number * 8 + 2)), Buffer.from(varint(content.byteLength)), content])
}

export function numberField(number: number, value: number): Uint8Array {
  return Buffer.from([...varint(number * 8), ...varint(value)])
}

export function linkBytes({ id, name, treeBytes }: HandLink): Uint8Array {
  return Buffer.concat([field(1, Buffer.from(id, 'hex')), field(2, Buffer.from(name)), numberField(3, treeBytes)])
}

export function nodeBytes(links: readonly HandLink[], data: Uint8Array): Uint8Array {
  return Buffer.concat([...links.map((link) => field(2, linkBytes(link))), field(1, data)])
}

export const FOLDER = numberField(1, 1)

export function fileData(partBytes: readonly number[], fileBytes = partBytes.reduce((sum, bytes) => sum + bytes, 0)): Uint8Array {
  return Buffer.concat([numberField(1, 2), numberField(3, fileBytes), ...partBytes.map((bytes) => numberField(4, bytes))])
}

/** Puts a block among others; gives how it is linked to. */
export function put(blocks: Blocks, kind: 'raw' | 'node', bytes: Uint8Array, below: readonly HandLink[] = []): Omit<HandLink, 'name'> {
  const id = idOf(kind, bytes)
  blocks.set(id, bytes)
  return { id, treeBytes: bytes.byteLength + below.reduce((sum, { treeBytes }) => sum + treeBytes, 0) }
}

export function putFolder(blocks: Blocks, links: readonly HandLink[]): Omit<HandLink, 'name'> {
  return put(blocks, 'node', nodeBytes(links, FOLDER), links)
}

export function putFile(blocks: Blocks, text: string): Omit<HandLink, 'name'> {
  return put(blocks, 'raw', Buffer.from(text))
}
