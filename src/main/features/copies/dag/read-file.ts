import { isRaw } from './block-id.ts'
import { readNode, type Part } from './node.ts'
import { MAX_FILE_DEPTH, READ_AHEAD } from '../limits.ts'
import { TreeError } from './protobuf.ts'
import type { GetBlock } from './survey.ts'

/** A piece of a file, and where it begins in it. */
export interface Piece extends Part {
  readonly at: number
}

export interface Range {
  readonly start: number
  /** Before this. */
  readonly end: number
}

/**
 * The pieces of a file that a range touches, in their order. Only nodes are read. *Errors*: TreeError; those of `get`.
 */
export async function* piecesOf(file: Part, get: GetBlock, signal: AbortSignal, range: Range = { start: 0, end: file.bytes }): AsyncGenerator<Piece, void, void> {
  yield* below({ ...file, at: 0 }, get, signal, range, 0)
}

async function* below(part: Piece, get: GetBlock, signal: AbortSignal, range: Range, depth: number): AsyncGenerator<Piece, void, void> {
  if (isRaw(part.id)) {
    yield part
    return
  }
  if (depth >= MAX_FILE_DEPTH) throw new TreeError('too-large', 'a file of too many levels')
  const node = readNode(part, await get(part.id, signal))
  if (node.kind !== 'file') throw new TreeError('damaged', 'a folder in the place of a file')
  if (node.bytes !== part.bytes) throw new TreeError('damaged', 'a part of a file that is of another length')
  let { at } = part
  for (const next of node.parts) {
    const isTouched = at < range.end && at + next.bytes > range.start
    if (isTouched) yield* below({ ...next, at }, get, signal, range, depth + 1)
    at += next.bytes
    if (at >= range.end) return
  }
}

/**
 * Bytes of a file. The library's reader takes all pieces into memory, however slowly it is read; this one is a few pieces
 * ahead and no more. *Errors*: TreeError; those of `get`, the signal's reason.
 */
export async function* readFile(file: Part, get: GetBlock, signal: AbortSignal, range: Range = { start: 0, end: file.bytes }): AsyncGenerator<Uint8Array, void, void> {
  if (range.end <= range.start) return
  const stopped = new AbortController()
  const either = AbortSignal.any([signal, stopped.signal])
  const ahead: { readonly piece: Piece; readonly bytes: Promise<Uint8Array> }[] = []
  const pieces = piecesOf(file, get, either, range)
  try {
    for (;;) {
      while (ahead.length < READ_AHEAD) {
        const next = await pieces.next()
        if (next.done === true) break
        const bytes = get(next.value.id, either)
        bytes.catch(() => {})
        ahead.push({ piece: next.value, bytes })
      }
      const first = ahead.shift()
      if (first === undefined) return
      const { piece } = first
      const bytes = await first.bytes
      if (bytes.byteLength !== piece.bytes) throw new TreeError('damaged', 'a piece of a file of another size')
      yield bytes.subarray(Math.max(0, range.start - piece.at), Math.min(piece.bytes, range.end - piece.at))
    }
  } finally {
    stopped.abort(new Error('read no further'))
  }
}
