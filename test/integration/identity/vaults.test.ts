import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIdentity } from '../../../src/main/features/identity/index.ts'
import type { IdentityFeature, Vault } from '../../../src/main/features/identity/types.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { createKeyFileVault } from '../../../src/main/platform/key-file-vault.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createPassphraseVault } from '../../../src/main/platform/passphrase-vault.ts'
import { seededRandom } from '../../unit/identity/parts.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-vaults-'))
})
afterEach(() => rm(folder, { recursive: true }))

function open(vault: Vault): Promise<IdentityFeature> {
  return createIdentity({
    files: { keys: join(folder, 'keys.json'), database: join(folder, 'latch.db') },
    vault,
    clock: systemClock,
    log: silentLog,
    random: seededRandom(folder),
    deviceLabel: 'a test machine',
  })
}

const keyFile = (): Vault => createKeyFileVault(join(folder, 'key'))

function whyLocked(identity: IdentityFeature): string {
  const current = identity.current()
  return current.state === 'locked' ? current.why : `not locked: ${current.state}`
}

describe('an account under a key file', () => {
  it('opens its database again after a restart', async () => {
    const first = await open(keyFile())
    await first.create('Ada')
    const key = first.keyring()?.databaseKey ?? new Uint8Array()
    openDatabase(join(folder, 'latch.db'), key).close()

    const second = await open(keyFile())
    expect(second.me()).toEqual(first.me())
    openDatabase(join(folder, 'latch.db'), second.keyring()?.databaseKey ?? new Uint8Array(), { mustExist: true }).close()
  })

  it('is locked without the key file, or with another, and open again once it is back', async () => {
    const me = await (await open(keyFile())).create('Ada')
    const key = await readFile(join(folder, 'key'))
    await rm(join(folder, 'key'))
    const identity = await open(keyFile())
    expect(whyLocked(identity)).toContain(join(folder, 'key'))
    await expect(identity.create('Bea')).rejects.toMatchObject({ code: 'LOCKED' })
    // Not even a new key file was made.
    expect(await readdir(folder)).toEqual(['keys.json'])

    await writeFile(join(folder, 'key'), Buffer.alloc(key.byteLength, 1))
    expect(whyLocked(await open(keyFile()))).toContain('is not the one')
    await writeFile(join(folder, 'key'), key)
    expect((await open(keyFile())).me()).toEqual(me)
  })
})

describe('an account under a passphrase', () => {
  it('opens with it, and stays shut to another and to a start without one', async () => {
    const me = await (await open(createPassphraseVault('correct horse'))).create('Ada')
    expect((await open(createPassphraseVault('correct horse'))).me()).toEqual(me)
    expect(whyLocked(await open(createPassphraseVault('wrong horse')))).toContain('That passphrase does not open')
    const without = whyLocked(await open(keyFile()))
    expect(without).toContain('sealed by a passphrase, and a key file is what this start offers')
    expect(await readdir(folder)).toEqual(['keys.json'])
  })
})
