import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey, PublicKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeedWebcrypto } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { base36 } from 'multiformats/bases/base36'
import { LatchError } from '../../../shared/errors.ts'
import { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Keyring } from './types.ts'

/** Bytes of randomness, as many as asked. */
export type Random = (bytes: number) => Uint8Array

/** What a keyring is made from; each is random but the entropy of a restored account. */
export interface KeySeeds {
  /** 16 bytes. */
  readonly entropy: Uint8Array
  /** 32 bytes each. */
  readonly device: Uint8Array
  readonly mail: Uint8Array
  readonly database: Uint8Array
}

export const ENTROPY_BYTES = 16
export const KEY_BYTES = 32

/** Changing a letter of this gives everybody another account for the same phrase. */
const ACCOUNT_KEY_DOMAIN = 'latch account key 1'

export function randomSeeds(random: Random, entropy: Uint8Array = random(ENTROPY_BYTES)): KeySeeds {
  return { entropy, device: random(KEY_BYTES), mail: random(KEY_BYTES), database: random(KEY_BYTES) }
}

export async function keyringFrom(seeds: KeySeeds): Promise<Keyring> {
  return {
    entropy: seeds.entropy,
    accountKey: await accountKeyFrom(seeds.entropy),
    deviceKey: ed25519From(seeds.device),
    mailKey: { publicKey: publicKeyOf(X25519_PKCS8_HEAD, seeds.mail), privateKey: seeds.mail },
    databaseKey: seeds.database,
  }
}

/**
 * The account key of a recovery phrase: HKDF-SHA256 over its BIP-39 seed (no passphrase), under a domain of ours, so
 * that a wallet that holds the same words holds another key. The seed is made off the main thread (2,048 rounds).
 */
export async function accountKeyFrom(entropy: Uint8Array): Promise<PrivateKey> {
  const seed = await mnemonicToSeedWebcrypto(entropyToMnemonic(entropy, wordlist))
  const key = hkdfSync('sha256', seed, new Uint8Array(), ACCOUNT_KEY_DOMAIN, KEY_BYTES)
  return ed25519From(new Uint8Array(key))
}

/** The id of an account's public key: CIDv1, libp2p-key, base36. */
export function accountIdOf(publicKey: PublicKey): AccountId {
  return AccountId.parse(publicKey.toCID().toString(base36))
}

/** The peer id of a device's public key, as text. */
export function peerIdOf(publicKey: PublicKey): PeerId {
  return PeerId.parse(peerIdFromPublicKey(publicKey).toString())
}

export function wordsOf(entropy: Uint8Array): string[] {
  return entropyToMnemonic(entropy, wordlist).split(' ')
}

/**
 * The 16 bytes behind twelve words, in any case and spacing.
 * Errors: LatchError BAD_INPUT that names the place of an unknown word, and never the word: it may be a slip away from
 * a right one, and errors end up in logs.
 */
export function entropyOf(phrase: string): Uint8Array {
  const words = phrase.normalize('NFKD').trim().toLowerCase().split(/\s+/)
  if (words.length !== 12) {
    throw new LatchError('BAD_INPUT', `A recovery phrase has twelve words; there are ${words.length}.`)
  }
  const unknown = words.findIndex((word) => !wordlist.includes(word))
  if (unknown !== -1) throw new LatchError('BAD_INPUT', `Word ${unknown + 1} is not a word of the recovery list.`)
  try {
    return mnemonicToEntropy(words.join(' '), wordlist)
  } catch (cause) {
    const message = 'All twelve words are known, but they do not belong together: one is wrong, or two are swapped.'
    throw new LatchError('BAD_INPUT', message, { cause })
  }
}

/** RFC 8410: the bytes in front of a raw private key that make it PKCS #8. */
const X25519_PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex')
const ED25519_PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Not through libp2p's `generateKeyPairFromSeed`: that works in JavaScript, a fifth of the time to a usable node. */
function ed25519From(seed: Uint8Array): PrivateKey {
  return privateKeyFromRaw(Buffer.concat([seed, publicKeyOf(ED25519_PKCS8_HEAD, seed)]))
}

function publicKeyOf(pkcs8Head: Uint8Array, privateKey: Uint8Array): Uint8Array {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, privateKey]), format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return new Uint8Array(Buffer.from(x ?? '', 'base64url'))
}
