import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import sodium from 'sodium-native'
import type { PeerId } from '../../../shared/ids.ts'
import { encode } from '../../platform/cbor.ts'
import { openBox, sealBox } from '../../platform/sealed-box.ts'
import { KEY_BYTES, WORDS } from './constants.ts'

/*
 * What the two of one exchange share, and nobody else: the secret of the code, and an X25519 key of which neither half is
 * ever used again. Everything is bound to the transcript: both peer ids, which Noise proved, and the first frame of each.
 */

const DOMAIN = 'latch-link-1'

export interface Exchange {
  /** Three words of the BIP-39 list, the same on both sides of this exchange and of no other. */
  readonly words: string[]
  /** By the new device, over what it says of itself. */
  proofOfNew(said: { label: string; mailKey: Uint8Array }): Uint8Array
  proofOfOld(): Uint8Array
  seal(plain: Uint8Array): Uint8Array
  /** Null: not sealed in this exchange, or changed on the way. */
  open(box: Uint8Array): Uint8Array | null
}

export interface ExchangeParts {
  readonly secret: Uint8Array
  readonly oldDevice: PeerId
  readonly newDevice: PeerId
  /** The frames as they went over. */
  readonly begin: Uint8Array
  readonly offer: Uint8Array
  readonly privateKey: Uint8Array
  readonly theirKey: Uint8Array
}

export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  const key = new Uint8Array(KEY_BYTES)
  sodium.crypto_scalarmult_base(key, privateKey)
  return key
}

/** Null where the other side's key is none: of small order, so that anybody would know what comes of it. */
export function exchangeOf(parts: ExchangeParts): Exchange | null {
  const shared = new Uint8Array(KEY_BYTES)
  try {
    sodium.crypto_scalarmult(shared, parts.privateKey, parts.theirKey)
  } catch {
    return null
  }
  const { oldDevice, newDevice, begin, offer, secret } = parts
  const transcript = createHash('sha256').update(encode([DOMAIN, oldDevice, newDevice, begin, offer])).digest()
  const material = Buffer.concat([secret, shared])
  const key = (what: string): Buffer => Buffer.from(hkdfSync('sha256', material, transcript, `${DOMAIN} ${what}`, KEY_BYTES))
  const context = Buffer.from(`${DOMAIN} account`)
  return {
    words: wordsOf(key('words')),
    proofOfNew: ({ label, mailKey }) => hmac(key('new device'), encode({ label, mailKey })),
    proofOfOld: () => hmac(key('old device'), transcript),
    seal: (plain) => sealBox(key('account'), plain, context),
    open: (box) => openBox(key('account'), box, context),
  }
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(message).digest())
}

/** Eleven bits each. */
function wordsOf(key: Buffer): string[] {
  return Array.from({ length: WORDS }, (_, at) => wordlist[key.readUInt16BE(2 * at) % wordlist.length] ?? '')
}
