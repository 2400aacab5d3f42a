import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'

/*
 * RFC 9180 in base mode, one message for each key that it makes: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, which are
 * in Node's and in Electron's crypto alike. Who sealed something, it does not say: what is sealed has to.
 */

/** Of a public key, a private key, and what a sealed message begins with. */
export const HPKE_KEY_BYTES = 32
const TAG_BYTES = 16
/** What sealing adds. */
export const HPKE_OVERHEAD_BYTES = HPKE_KEY_BYTES + TAG_BYTES

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

export interface HpkeKeys {
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly privateKey: Uint8Array<ArrayBuffer>
}

/** What both sides must say alike: what the message is for, and what goes with it in the open. */
export interface HpkeContext {
  readonly info: Uint8Array
  readonly aad: Uint8Array
}

export async function makeHpkeKeys(): Promise<HpkeKeys> {
  const { publicKey, privateKey } = await suite.kem.generateKeyPair()
  return {
    publicKey: new Uint8Array(await suite.kem.serializePublicKey(publicKey)),
    privateKey: new Uint8Array(await suite.kem.serializePrivateKey(privateKey)),
  }
}

/**
 * *Shape*: 32 bytes of a key made for this message (`enc`), the ciphertext, 16 bytes of tag.
 * *Errors*: RangeError for what is no public key; also of the few points that give everybody the same secret.
 */
export async function hpkeSeal(publicKey: Uint8Array, { info, aad }: HpkeContext, plain: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(whole(publicKey))
    const { enc, ct } = await suite.seal({ recipientPublicKey, info: whole(info) }, whole(plain), whole(aad))
    return new Uint8Array(Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]))
  } catch (cause) {
    throw new RangeError('this is no key that anything can be sealed to', { cause })
  }
}

/** Null: another key, another context, or a byte is not as it was; which of them cannot be told. */
export async function hpkeOpen(privateKey: Uint8Array, { info, aad }: HpkeContext, sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
  if (sealed.byteLength < HPKE_OVERHEAD_BYTES) return null
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(whole(privateKey))
    const enc = whole(sealed.subarray(0, HPKE_KEY_BYTES))
    const ciphertext = whole(sealed.subarray(HPKE_KEY_BYTES))
    return new Uint8Array(await suite.open({ recipientKey, enc, info: whole(info) }, ciphertext, whole(aad)))
  } catch {
    return null
  }
}

/** An ArrayBuffer of its own: the library takes no views of a larger one. */
function whole(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
