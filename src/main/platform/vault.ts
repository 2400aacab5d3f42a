import type { KeyProtection } from '../../shared/model/identity.ts'

/** Seals the keyring for the disk. Three make one: key file and passphrase (platform), safeStorage (desktop). */
export interface Vault {
  readonly protection: KeyProtection
  /** Stored beside the ciphertext; another one at opening means locked, never a new identity. */
  readonly backend: string
  seal(plain: Uint8Array): Promise<Uint8Array>
  /** Errors: LatchError LOCKED. */
  open(sealed: Uint8Array): Promise<Uint8Array>
}
