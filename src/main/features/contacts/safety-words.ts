import { createHash } from 'node:crypto'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { base36 } from 'multiformats/bases/base36'
import { CID } from 'multiformats/cid'
import type { AccountId } from '../../../shared/ids.ts'

const DOMAIN = 'latch safety words 1'
const WORDS = 6
const BITS_PER_WORD = 11

/**
 * Six words that two people see alike when each has the other's true key: 66 bits of SHA-256 over a domain and both
 * public keys, the lower first. To look like one person to another takes 2^66 tries. Somebody in between shows each a key
 * of their own choice, and needs words that agree on both sides: two lists of some 2^33 keys have such a pair. So whoever
 * has much to lose compares the code, which holds both keys whole.
 */
export function safetyWords(mine: AccountId, theirs: AccountId): string[] {
  const keys = [publicKeyIn(mine), publicKeyIn(theirs)].toSorted((a, b) => Buffer.compare(a, b))
  const digest = createHash('sha256').update(DOMAIN)
  for (const key of keys) digest.update(key)
  const bits = BigInt(`0x${digest.digest('hex')}`)
  return Array.from({ length: WORDS }, (_, index) => {
    const word = (bits >> BigInt(256 - BITS_PER_WORD * (index + 1))) & 0x7ffn
    return wordlist[Number(word)] ?? ''
  })
}

/** An account id is its public key: the multihash is the identity, its digest the key as libp2p encodes it. */
function publicKeyIn(account: AccountId): Uint8Array {
  return CID.parse(account, base36).multihash.digest
}
