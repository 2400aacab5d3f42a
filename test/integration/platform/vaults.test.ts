import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeyFileVault } from '../../../src/main/platform/key-file-vault.ts'
import { createPassphraseVault } from '../../../src/main/platform/passphrase-vault.ts'

const plain = new TextEncoder().encode('sixteen bytes of entropy and more')

const lockedNaming = (what: string): object => ({ code: 'LOCKED', message: expect.stringContaining(what) })

/** Each byte turned over in turn; all of them, or a tenth where opening is slow on purpose. */
function spoiled(sealed: Uint8Array, step = 1): Uint8Array[] {
  return Array.from({ length: Math.ceil(sealed.byteLength / step) }, (_, index) => {
    const copy = new Uint8Array(sealed)
    copy[index * step] = (copy[index * step] ?? 0) ^ 1
    return copy
  })
}

describe('the key-file vault', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latch-vault-'))
    path = join(folder, 'key')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('gives back what it sealed, also to the next process', async () => {
    const sealed = await createKeyFileVault(path).seal(plain)
    expect(await createKeyFileVault(path).open(sealed)).toEqual(plain)
    expect(Buffer.from(sealed).includes(Buffer.from(plain))).toBe(false)
    expect(createKeyFileVault(path)).toMatchObject({ protection: 'key-file', backend: 'key-file' })
  })

  it('makes one key of 32 bytes, once, and seals differently each time', async () => {
    const first = await createKeyFileVault(path).seal(plain)
    const key = readFileSync(path)
    const second = await createKeyFileVault(path).seal(plain)
    expect(key.byteLength).toBe(32)
    expect(readFileSync(path)).toEqual(key)
    expect(first).not.toEqual(second)
  })

  it.skipIf(process.platform === 'win32')('keeps the key to its owner, also after a restore opened it', async () => {
    const sealed = await createKeyFileVault(path).seal(plain)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    chmodSync(path, 0o644)
    await createKeyFileVault(path).open(sealed)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is locked without its key, and makes no other one', async () => {
    const sealed = await createKeyFileVault(path).seal(plain)
    rmSync(path)
    await expect(createKeyFileVault(path).open(sealed)).rejects.toMatchObject(lockedNaming(path))
    expect(readdirSync(folder)).toEqual([])
  })

  it('is locked with another key, and with a damaged one, which it leaves as it is', async () => {
    const sealed = await createKeyFileVault(path).seal(plain)
    for (const content of [Buffer.alloc(32, 1), Buffer.alloc(31), Buffer.alloc(0)]) {
      writeFileSync(path, content)
      await expect(createKeyFileVault(path).open(sealed)).rejects.toMatchObject(lockedNaming(path))
      expect(readFileSync(path)).toEqual(content)
    }
    await expect(createKeyFileVault(path).seal(plain)).rejects.toMatchObject({ code: 'LOCKED' })
  })

  it('is locked for what was changed, in any byte, or cut', async () => {
    const vault = createKeyFileVault(path)
    const sealed = await vault.seal(plain)
    for (const bytes of [...spoiled(sealed), sealed.subarray(0, -1), sealed.subarray(0, 10), new Uint8Array(0)]) {
      await expect(vault.open(bytes)).rejects.toMatchObject({ code: 'LOCKED' })
    }
  })
})

describe('the passphrase vault', () => {
  it('gives back what it sealed to whoever types the same, however the accents are composed', async () => {
    const sealed = await createPassphraseVault('pass\u00e9').seal(plain)
    expect(await createPassphraseVault('passe\u0301').open(sealed)).toEqual(plain)
    expect(createPassphraseVault('x')).toMatchObject({ protection: 'passphrase', backend: 'passphrase' })
  })

  it('is locked for another passphrase, and says so', async () => {
    const sealed = await createPassphraseVault('right').seal(plain)
    await expect(createPassphraseVault('wrong').open(sealed)).rejects.toMatchObject(lockedNaming('passphrase'))
  })

  it('is locked for what was changed or cut, and for a version it does not know', async () => {
    const vault = createPassphraseVault('right')
    const sealed = await vault.seal(plain)
    for (const bytes of [...spoiled(sealed, 20), sealed.subarray(0, 20), new Uint8Array(0)]) {
      await expect(vault.open(bytes)).rejects.toMatchObject({ code: 'LOCKED' })
    }
  }, 30_000)

  it('does not stop the loop while it works', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 5)
    await createPassphraseVault('right').seal(plain)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
  })

  it('refuses an empty passphrase', () => {
    expect(() => createPassphraseVault('')).toThrow('empty')
  })
})
