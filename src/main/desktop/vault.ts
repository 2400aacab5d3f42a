import { safeStorage } from 'electron'
import { LatchError } from '../../shared/errors.ts'
import type { Vault } from '../platform/vault.ts'

/**
 * The operating system's key store, as Electron reaches it. Call after `ready`.
 *
 * On Linux with no key store running the only back end is `basic_text`, which protects nothing from other programs of
 * the same user: it is used, named `plain-text`, and said in the window. `isEncryptionAvailable()` is no guide once
 * plain text was switched on, so the selected back end is what decides.
 */
export function createSafeStorageVault(platform: NodeJS.Platform = process.platform): Vault {
  const backend = platform === 'linux' ? linuxBackend() : platform === 'darwin' ? 'keychain' : 'dpapi'
  return {
    protection: backend === 'basic_text' ? 'plain-text' : 'os',
    backend: `safe-storage:${backend}`,
    async seal(plain) {
      return new Uint8Array(safeStorage.encryptString(Buffer.from(plain).toString('base64')))
    },
    async open(sealed) {
      try {
        return new Uint8Array(Buffer.from(safeStorage.decryptString(Buffer.from(sealed)), 'base64'))
      } catch (cause) {
        throw new LatchError(
          'LOCKED',
          'The system’s key store did not open the keys of this account. Unlock your key store, then start Latch again.',
          { cause },
        )
      }
    },
  }
}

function linuxBackend(): string {
  const selected = safeStorage.getSelectedStorageBackend()
  const usable = selected !== 'basic_text' && selected !== 'unknown' && safeStorage.isEncryptionAvailable()
  if (usable) return selected
  safeStorage.setUsePlainTextEncryption(true)
  return 'basic_text'
}
