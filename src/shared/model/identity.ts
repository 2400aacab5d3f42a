import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'

/** What people call themselves: 1–64 characters, no control characters or line breaks, no bidi overrides. */
export const DisplayName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'a name holds no control or direction characters')

/** Twelve words of the English BIP-39 list; its checksum is checked by the identity feature. */
export const RecoveryPhrase = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z]+(\s+[a-z]+){11}$/, 'a recovery phrase has twelve words')

/**
 * Where the key that opens the database lies.
 * `os` the operating system's key store; `passphrase` scrypt over a passphrase; `key-file` a 0600 file beside the
 * database (headless); `plain-text` what Electron offers where no key store runs: no protection against other programs.
 */
export const KeyProtection = z.enum(['os', 'passphrase', 'key-file', 'plain-text'])
export type KeyProtection = z.infer<typeof KeyProtection>

export const Me = z.object({
  account: AccountId,
  name: DisplayName,
  peerId: PeerId,
  deviceLabel: z.string(),
  createdMs: TimeMs,
  phrase: z.enum(['offered', 'confirmed', 'restored']),
  keyProtection: KeyProtection,
  /** When this device heard that the account was revoked; absent while it counts. */
  revokedMs: TimeMs.optional(),
})
export type Me = z.infer<typeof Me>

/** `none`: nobody has named themselves here yet. `locked`: keys are here and cannot be opened; `why` says what to do. */
export const Identity = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({ state: z.literal('locked'), why: z.string() }),
  z.object({ state: z.literal('ready'), me: Me }),
])
export type Identity = z.infer<typeof Identity>
