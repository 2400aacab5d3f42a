import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** AES-256-GCM: in Node's and in Electron's crypto alike, where ChaCha20-Poly1305 is missing. */
const CIPHER = 'aes-256-gcm'
export const BOX_KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Shape: 12 bytes of random nonce, 16 of tag, then the ciphertext. `context` is bound in and not stored. */
export function sealBox(key: Uint8Array, plain: Uint8Array, context: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(context)
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext])
}

/** Null when the key, the context or a byte of the box is another one; which of them cannot be told. */
export function openBox(key: Uint8Array, box: Uint8Array, context: Uint8Array): Uint8Array | null {
  if (box.byteLength < NONCE_BYTES + TAG_BYTES) return null
  const nonce = box.subarray(0, NONCE_BYTES)
  const tag = box.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(context).setAuthTag(tag)
  try {
    return new Uint8Array(Buffer.concat([decipher.update(box.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]))
  } catch {
    return null
  }
}
