import { z } from 'zod'
import { TimeMs } from '../../../shared/ids.ts'
import { DisplayName } from '../../../shared/model/identity.ts'
import { decode, encode } from '../../platform/cbor.ts'
import { MAX_DATABASE_BYTES, MAX_ENTRY_BYTES } from './limits.ts'

/*
 * What lies in a backup, one after another: u32 (big-endian) the length of the head, the head {name, bytes}, the bytes. `about`
 * comes first, `keys` second, `database` last. A name that is not known is passed over.
 */

const bytesOf = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === length, `not ${length} bytes`)

export const EntryHead = z.object({ name: z.string().min(1).max(64), bytes: z.int().nonnegative().max(MAX_DATABASE_BYTES) })
export type EntryHead = z.infer<typeof EntryHead>

export const About = z.object({
  v: z.literal(1),
  name: z.string().max(256),
  deviceLabel: z.string().max(256),
  madeMs: TimeMs,
  conversations: z.int().nonnegative(),
  messages: z.int().nonnegative(),
})
export type About = z.infer<typeof About>

/** Not the device's key: a backup makes another device of the account. */
export const Keys = z.object({
  entropy: bytesOf(16),
  database: bytesOf(32),
  name: DisplayName,
  createdMs: TimeMs,
  phrase: z.enum(['offered', 'confirmed', 'restored']),
})
export type Keys = z.infer<typeof Keys>

export const HEAD_LENGTH_BYTES = 4

export function entryHead(head: EntryHead): Uint8Array {
  const bytes = encode(head)
  const length = Buffer.alloc(HEAD_LENGTH_BYTES)
  length.writeUInt32BE(bytes.byteLength)
  return new Uint8Array(Buffer.concat([length, bytes]))
}

export function smallEntry(name: string, content: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([entryHead({ name, bytes: content.byteLength }), content]))
}

/** Errors: DecodeError. */
export function readEntry<Schema extends z.ZodType>(bytes: Uint8Array, schema: Schema): z.output<Schema> {
  return decode(bytes, schema, MAX_ENTRY_BYTES)
}
