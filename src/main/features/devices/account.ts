import { z } from 'zod'
import { TimeMs } from '../../../shared/ids.ts'
import { DisplayName } from '../../../shared/model/identity.ts'
import { decode, encode } from '../../platform/cbor.ts'
import { MAX_ACCOUNT_BYTES } from '../../protocols/link/index.ts'
import { MAX_CARRIED, MAX_CARRIED_BYTES } from './limits.ts'

const ACCOUNT_VERSION = 1
const ENTROPY_BYTES = 16

const bytes = (length: number, what: string) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && (length === 0 || value.byteLength === length), what)

/** What goes over, sealed: drawn in docs/wire/link.md. */
const Account = z.object({
  v: z.literal(ACCOUNT_VERSION),
  entropy: bytes(ENTROPY_BYTES, 'not 16 bytes'),
  name: DisplayName,
  createdMs: TimeMs,
  phrase: z.enum(['offered', 'confirmed', 'restored']),
  /** Signed, with the new device on it. */
  deviceList: bytes(0, 'not bytes'),
  /** By kind, each as JSON. A kind that is not known is left. */
  carried: z
    .record(z.string().max(64), z.string().max(MAX_CARRIED_BYTES))
    .refine((carried) => Object.keys(carried).length <= MAX_CARRIED, 'too many kinds'),
})
export type Account = z.infer<typeof Account>

export function packAccount(account: Omit<Account, 'v'>): Uint8Array {
  return encode({ ...account, v: ACCOUNT_VERSION })
}

/** Errors: DecodeError. */
export function unpackAccount(bytes: Uint8Array): Account {
  return decode(bytes, Account, MAX_ACCOUNT_BYTES)
}
