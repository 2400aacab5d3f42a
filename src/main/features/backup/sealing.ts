import sodium from 'sodium-native'
import { PIECE_BYTES } from './limits.ts'

/*
 * XChaCha20-Poly1305 as libsodium's secretstream: pieces in one order, none left out, the last one marked as such.
 */

const { crypto_secretstream_xchacha20poly1305_ABYTES: OVERHEAD } = sodium
const { crypto_secretstream_xchacha20poly1305_TAG_FINAL: FINAL, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE: MESSAGE } = sodium
const { crypto_secretstream_xchacha20poly1305_STATEBYTES: STATE, crypto_secretstream_xchacha20poly1305_HEADERBYTES: HEADER } = sodium

export const SEALED_BYTES = PIECE_BYTES + OVERHEAD

/** One file's pieces, sealed one after another. */
export class Sealer {
  readonly #state = Buffer.alloc(STATE)
  /** Goes into the head of the file; new for each. */
  readonly stream = new Uint8Array(HEADER)

  constructor(key: Uint8Array) {
    sodium.crypto_secretstream_xchacha20poly1305_init_push(this.#state, this.stream, key)
  }

  /** `bound`: the head of the file, with the first piece. */
  seal(piece: Uint8Array, isLast: boolean, bound: Uint8Array | null): Uint8Array {
    const sealed = new Uint8Array(piece.byteLength + OVERHEAD)
    sodium.crypto_secretstream_xchacha20poly1305_push(this.#state, sealed, piece, bound, isLast ? FINAL : MESSAGE)
    return sealed
  }
}

/** The other way. */
export class Opener {
  readonly #state = Buffer.alloc(STATE)

  constructor(key: Uint8Array, stream: Uint8Array) {
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(this.#state, stream, key)
  }

  /** Null: changed, out of its place, or sealed by another key. */
  open(sealed: Uint8Array, bound: Uint8Array | null): { readonly piece: Uint8Array; readonly isLast: boolean } | null {
    if (sealed.byteLength < OVERHEAD) return null
    const piece = new Uint8Array(sealed.byteLength - OVERHEAD)
    const tag = new Uint8Array(1)
    try {
      sodium.crypto_secretstream_xchacha20poly1305_pull(this.#state, piece, tag, sealed, bound)
    } catch {
      return null
    }
    return { piece, isLast: tag[0] === FINAL }
  }
}
