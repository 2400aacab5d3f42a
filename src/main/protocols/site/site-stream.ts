import { ByteStream, pieces as piecesOf, type ByteStreamParts } from '../../platform/byte-stream.ts'
import { HALF_CLOSED_MS, SENT_PIECE_BYTES } from './constants.ts'

/** The bytes of one stream as Node's `http` wants them. */
export class SiteStream extends ByteStream {
  constructor(parts: Omit<ByteStreamParts, 'maxPieceBytes' | 'halfClosedMs'>) {
    super({ ...parts, maxPieceBytes: SENT_PIECE_BYTES, halfClosedMs: HALF_CLOSED_MS })
  }
}

/** Small chunks put together, large ones cut: as few frames as there can be. */
export const pieces = (chunks: readonly Uint8Array[]): Generator<Uint8Array> => piecesOf(chunks, SENT_PIECE_BYTES)
