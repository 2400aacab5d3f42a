import { createHash, randomBytes } from 'node:crypto'
import { type ICryptoInterface, pureJsCrypto } from '@chainsafe/libp2p-noise'
import type { default as Sodium } from 'sodium-native'
import type { Log } from './log.ts'
import { sealedRooms } from './recycled.ts'

/**
 * Electron's `node:crypto` has no ChaCha20-Poly1305, and Noise falls back to WebAssembly there: 230 MB/s against 1,650
 * on libsodium, for 64 KiB. In plain Node, libsodium is slower by a fifth for those, four times as fast for 1 KiB, and
 * agrees on a secret in 26 µs instead of 82.
 */
export interface NoiseCrypto {
  readonly noise: 'native' | 'library'
  /** For `noise({ crypto })`; null is the library's own. */
  readonly crypto: ICryptoInterface | null
}

/** libsodium where its prebuilt addon loads, else what the library brings. `load` is for the test of the latter. */
export async function loadNoiseCrypto(log: Log, load = () => import('sodium-native')): Promise<NoiseCrypto> {
  try {
    const { default: sodium } = await load()
    return { noise: 'native', crypto: sodiumCrypto(sodium) }
  } catch (error) {
    log.warn({ error }, 'libsodium does not load here, so Noise runs on the slower crypto of its library')
    return { noise: 'library', crypto: null }
  }
}

const TAG_BYTES = 16
const KEY_BYTES = 32

type Bytes = Parameters<ICryptoInterface['hashSHA256']>[0]

/** Noise's crypto on libsodium, with SHA-256 from Node. Lists of pieces are copied once, not twice. */
export function sodiumCrypto(sodium: typeof Sodium): ICryptoInterface {
  return {
    hashSHA256(data) {
      const hash = createHash('sha256')
      for (const piece of pieces(data)) hash.update(piece)
      return hash.digest()
    },

    // Faster than three HMACs of Node's, whose cost is the crossing: 11 µs against 39.
    getHKDF: (chainingKey, input) => pureJsCrypto.getHKDF(chainingKey, input),

    generateX25519KeyPair() {
      return keyPair(randomBytes(KEY_BYTES))
    },

    generateX25519KeyPairFromSeed(seed) {
      return keyPair(seed)
    },

    /** Throws for a public key of small order, whose secret would be known to all. */
    generateX25519SharedKey(privateKey, publicKey) {
      const secret = Buffer.allocUnsafe(KEY_BYTES)
      sodium.crypto_scalarmult(secret, privateKey.subarray(), publicKey.subarray())
      return secret
    },

    chaCha20Poly1305Encrypt(plaintext, nonce, ad, k) {
      const sealed = sealedRooms.take(plaintext.byteLength + TAG_BYTES)
      const target = sealed.subarray(0, plaintext.byteLength)
      const source = plaintext instanceof Uint8Array ? plaintext : gather(plaintext, target)
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(sealed, source, ad, null, nonce, k)
      return sealed
    },

    /** `destination` may be the memory of the ciphertext itself: the library gives it so. */
    chaCha20Poly1305Decrypt(ciphertext, nonce, ad, k, destination) {
      const length = ciphertext.byteLength - TAG_BYTES
      if (length < 0) throw new Error('a ciphertext without a tag')
      const opened = destination ?? Buffer.allocUnsafe(length)
      const tag = ciphertext.subarray(length)
      const isWhole = ciphertext instanceof Uint8Array
      const source = isWhole ? ciphertext.subarray(0, length) : gather(ciphertext.sublist(0, length), opened)
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt_detached(opened, null, source, tag, ad, nonce, k)
      return opened
    },
  }

  function keyPair(privateKey: Uint8Array): { publicKey: Uint8Array; privateKey: Uint8Array } {
    const publicKey = Buffer.allocUnsafe(KEY_BYTES)
    sodium.crypto_scalarmult_base(publicKey, privateKey)
    return { publicKey, privateKey }
  }
}

/** The pieces one after another in `target`, where libsodium then works in place. */
function gather(list: Iterable<Uint8Array>, target: Uint8Array): Uint8Array {
  let at = 0
  for (const piece of list) {
    target.set(piece, at)
    at += piece.byteLength
  }
  return target
}

function pieces(data: Bytes): Iterable<Uint8Array> {
  return data instanceof Uint8Array ? [data] : data
}
