import { isDeepStrictEqual } from 'node:util'
import * as dagCbor from '@ipld/dag-cbor'
import { generateKeyPair, generateKeyPairFromSeed, privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import type { z } from 'zod'
import { decode, DecodeError, encode } from '../../src/main/platform/cbor.ts'
import { type EnvelopeKind, seal } from '../../src/main/platform/envelope.ts'

/** What a target throws when a decoder broke its word: nobody takes it for a refusal. */
export class Finding extends Error {
  override readonly name = 'Finding'
}

/** A refusal that a decoder may answer strange bytes with. */
type Refusal = abstract new (...args: never[]) => Error

/** What is given back for bytes that were refused. */
export const REFUSED = Symbol('refused')

/** The result, or REFUSED for an error of one of these kinds; any other error is a finding. */
export async function refusing<T>(refusals: readonly Refusal[], read: () => T | Promise<T>): Promise<T | typeof REFUSED> {
  try {
    return await read()
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return REFUSED
    throw error
  }
}

export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Finding(what)
}

export interface Form<T> {
  readonly decode: (bytes: Uint8Array) => T
  /** Left out where there is none, or where what is read says less than what came. */
  readonly encode?: ((value: Exclude<T, null>) => Uint8Array) | undefined
  /** More bytes than this are refused, whatever they are. */
  readonly maxBytes: number
  /** DecodeError, unless it says otherwise. */
  readonly refusals?: readonly Refusal[]
}

/** What has to be true of one decoder, whatever the bytes are. */
export type Check = (bytes: Uint8Array) => Promise<void>

/** Size honoured, nothing but refusals thrown, and what is written of what was read reads as the same. */
export function form<T>({ decode: read, encode: write, maxBytes, refusals = [DecodeError] }: Form<T>): Check {
  return async (bytes) => {
    const value = await refusing(refusals, () => read(bytes))
    if (value === REFUSED) return
    must(bytes.byteLength <= maxBytes, `${bytes.byteLength} bytes were read where at most ${maxBytes} are`)
    if (write === undefined || value === null) return
    const again = write(value as Exclude<T, null>)
    const same = read(again)
    must(isDeepStrictEqual(same, value), 'what was written of it reads as something else')
    must(Buffer.compare(write(same as Exclude<T, null>), again) === 0, 'it has two forms')
  }
}

/** A message of DAG-CBOR by its schema. */
export function message(schema: z.ZodType, maxBytes: number): Check {
  return form({ decode: (bytes) => decode(bytes, schema, maxBytes), encode, maxBytes })
}

/**
 * The bytes, and what they become in DAG-CBOR's one form where they are DAG-CBOR in another: otherwise nearly all that a
 * mutation makes ends at the first check, and the schemas are never asked.
 */
export function spellings(data: Uint8Array): Uint8Array[] {
  // Not a Buffer: that is what the network gives, and how the two differ is not what is looked for.
  const bytes = new Uint8Array(data)
  try {
    const one = new Uint8Array(dagCbor.encode(dagCbor.decode(bytes)))
    return Buffer.compare(one, bytes) === 0 ? [bytes] : [bytes, one]
  } catch {
    return [bytes]
  }
}

/** Each of them, in each spelling of the bytes. */
export async function all(data: Uint8Array, checks: readonly Check[]): Promise<void> {
  for (const bytes of spellings(data)) for (const check of checks) await check(bytes)
}

const seed = new Uint8Array(32).fill(7)
// Once: what is signed is checked by a table of keys, which a new key for each input would only fill.
const usual = generateKeyPairFromSeed('Ed25519', seed)
const others = [usual, Promise.resolve(privateKeyFromRaw(seed)), generateKeyPair('ECDSA')]

/** A key of nobody: whatever it signs is signed. */
export function signer(): Promise<PrivateKey> {
  return usual
}

/** The bytes as an envelope, and as what somebody signed in one: what stands behind a signature is read too. */
export async function envelopes(kind: EnvelopeKind, data: Uint8Array): Promise<Uint8Array[]> {
  // A stranger's key is whatever kind they like; most have the usual one.
  const key = (await others[data.byteLength % 16]) ?? (await usual)
  const signed = await Promise.all(spellings(data).map((payload) => seal(kind, payload, key)))
  return [new Uint8Array(data), ...signed]
}
