/** The part of sodium-native that is used here; the package carries no types. `m` and `c` may be the same memory. */
declare module 'sodium-native' {
  interface Sodium {
    crypto_aead_chacha20poly1305_ietf_encrypt(
      c: Uint8Array,
      m: Uint8Array,
      ad: Uint8Array | null,
      nsec: null,
      npub: Uint8Array,
      k: Uint8Array,
    ): number
    crypto_aead_chacha20poly1305_ietf_decrypt_detached(
      m: Uint8Array,
      nsec: null,
      c: Uint8Array,
      mac: Uint8Array,
      ad: Uint8Array | null,
      npub: Uint8Array,
      k: Uint8Array,
    ): void
    crypto_scalarmult(q: Uint8Array, n: Uint8Array, p: Uint8Array): void
    crypto_scalarmult_base(q: Uint8Array, n: Uint8Array): void
    /** `sk` is 64 bytes: the seed, then the public key, as libp2p keeps them. */
    crypto_sign_detached(sig: Uint8Array, m: Uint8Array, sk: Uint8Array): void
    crypto_sign_verify_detached(sig: Uint8Array, m: Uint8Array, pk: Uint8Array): boolean
  }
  const sodium: Sodium
  export default sodium
}
