import { sessionOf, type Session, type SessionFacts } from '../../../src/main/features/consensus/session.ts'
import { valueOf } from '../../../src/main/features/consensus/bytes.ts'

/*
 * A stand-in for Ed25519, a hundred times as fast: 64 bits of a keyed hash, which verifies by being made again. Anybody
 * who can read this file can forge it; in the model nobody does, as what is false there signs with its own secrets alone
 * and shows what it was shown. What real keys add is checked with real keys, in real-keys.test.ts.
 */
export const keyOf = (by: number): Uint8Array => new Uint8Array(32).fill(by + 1)

export function standInSign(by: number, bytes: Uint8Array): Uint8Array {
  let one = Math.imul(by + 1, 0x9e3779b1)
  let other = Math.imul(by + 7, 0x85ebca6b)
  for (let at = 0; at < bytes.length; at++) {
    one = Math.imul(one ^ (bytes[at] ?? 0), 0x01000193)
    other = Math.imul(other + (bytes[at] ?? 0), 0xc2b2ae35) ^ (other >>> 15)
  }
  const signature = new Uint8Array(64)
  new DataView(signature.buffer).setInt32(0, one)
  new DataView(signature.buffer).setInt32(4, other)
  signature[8] = by
  return signature
}

export function standInVerify(key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const made = standInSign((key[0] ?? 0) - 1, bytes)
  return made.every((byte, index) => byte === signature[index])
}

export const NETWORK = 'a-network'
export const PARENT = valueOf(Buffer.from('the block before'))

export function factsOf(validators: number, leader: number, change: Partial<SessionFacts> = {}): SessionFacts {
  const roster = Array.from({ length: validators }, (_none, by) => keyOf(by))
  return { network: NETWORK, validators: roster, leader, slot: 7, parent: PARENT, ...change }
}

const sessions = new Map<string, Session>()

/** Made once for each, as the model asks for a few dozen some hundred thousand times. */
export function standInSession(validators: number, faults: number, leader: number): Session {
  const name = `${validators} ${faults} ${leader}`
  const session = sessions.get(name) ?? sessionOf(factsOf(validators, leader), faults)
  sessions.set(name, session)
  return session
}
