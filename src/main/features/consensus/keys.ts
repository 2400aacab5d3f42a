import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey, PublicKey } from '@libp2p/interface'
import { quickSigner, quickVerifier } from '../../platform/ed25519.ts'
import { hex } from './bytes.ts'
import type { Verify } from './signatures.ts'

/** Key objects kept: the rosters of several networks. Beyond it all are made anew, at 0.02 ms each. */
const MAX_KEYS = 512

/** Checks Ed25519 signatures by raw keys, at once and not later. False for a key that is none. */
export function createVerify(): Verify {
  const keys = new Map<string, PublicKey | null>()
  const keyOf = (raw: Uint8Array): PublicKey | null => {
    const name = hex(raw)
    let key = keys.get(name)
    if (key === undefined) {
      if (keys.size >= MAX_KEYS) keys.clear()
      key = made(raw)
      keys.set(name, key)
    }
    return key
  }
  return (raw, bytes, signature) => {
    const held: unknown = keyOf(raw)?.verify(bytes, signature)
    // Nothing but a plain yes: a promise of one would be true for anything.
    return held === true
  }
}

/** Errors: TypeError for a key that is not Ed25519, and so signs later or otherwise. */
export function createSign(key: PrivateKey): (bytes: Uint8Array) => Uint8Array {
  const quick = quickSigner(key)
  return (bytes) => {
    const signature = quick.sign(bytes)
    if (!(signature instanceof Uint8Array)) throw new TypeError(`validators sign with Ed25519, not ${key.type}`)
    return new Uint8Array(signature)
  }
}

function made(raw: Uint8Array): PublicKey | null {
  try {
    const key = publicKeyFromRaw(raw)
    return key.type === 'Ed25519' ? quickVerifier(key) : null
  } catch {
    return null
  }
}
