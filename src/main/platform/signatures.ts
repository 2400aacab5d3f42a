import sodium from 'sodium-native'

/** One Ed25519 signature to check. */
export interface Signed {
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly message: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
}

const KEY_BYTES = 32
const SECRET_BYTES = 64
const SIGNATURE_BYTES = 64

/**
 * Whether the signature holds, by libsodium: the fastest here, and the strictest (no keys of small order, one form of
 * every number). Implementations differ on such edge cases; what a whole network must decide alike is asked here alone.
 */
export function isSigned({ key, message, signature }: Signed): boolean {
  if (key.byteLength !== KEY_BYTES || signature.byteLength !== SIGNATURE_BYTES) return false
  return sodium.crypto_sign_verify_detached(signature, message, key)
}

/** 64 bytes. `secret` is libp2p's raw Ed25519 private key: the seed, then the public key. */
export function signBytes(message: Uint8Array, secret: Uint8Array): Uint8Array<ArrayBuffer> {
  if (secret.byteLength !== SECRET_BYTES) throw new RangeError('not an Ed25519 private key')
  const signature = new Uint8Array(SIGNATURE_BYTES)
  sodium.crypto_sign_detached(signature, message, secret)
  return signature
}
