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
      const sealed = asked('take', () => safeStorage.encryptString(Buffer.from(plain).toString('base64')))
      return new Uint8Array(sealed)
    },
    async open(sealed) {
      return new Uint8Array(Buffer.from(asked('open', () => safeStorage.decryptString(Buffer.from(sealed))), 'base64'))
    },
  }
}

function asked<T>(what: 'take' | 'open', ask: () => T): T {
  try {
    return ask()
  } catch (cause) {
    const sentence = `The system’s key store did not ${what} the keys of this account. Unlock your key store, then start Latch again.`
    throw new LatchError('LOCKED', sentence, { cause })
  }
}

function linuxBackend(): string {
  const selected = safeStorage.getSelectedStorageBackend()
  const usable = selected !== 'basic_text' && selected !== 'unknown' && safeStorage.isEncryptionAvailable()
  if (usable) return selected
  safeStorage.setUsePlainTextEncryption(true)
  return 'basic_text'
}
