import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IdentityFeature, Vault } from '../../../src/main/features/identity/types.ts'
import { createIdentity } from '../../../src/main/features/identity/index.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { Me } from '../../../src/shared/model/identity.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { seededRandom, testVault } from './parts.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-identity-'))
})
afterEach(() => rm(folder, { recursive: true }))

const keysPath = (): string => join(folder, 'keys.json')
const databasePath = (): string => join(folder, 'latch.db')

let opened = 0
function open(vault: Vault = testVault()): Promise<IdentityFeature> {
  return createIdentity({
    files: { keys: keysPath(), database: databasePath() },
    vault,
    clock: new FakeClock(),
    log: silentLog,
    random: seededRandom(`${folder} ${opened++}`),
    deviceLabel: 'a test machine',
  })
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof LatchError) return error.code
    throw error
  }
  return 'no error'
}

/** Locked, with a sentence that names the file and says what was kept; and it stays so, and nothing is written. */
async function expectLocked(vault: Vault, ...words: string[]): Promise<void> {
  const before = await everything()
  const identity = await open(vault)
  const current = identity.current()
  expect(current.state).toBe('locked')
  const why = current.state === 'locked' ? current.why : ''
  for (const word of [keysPath(), ...words]) expect(why).toContain(word)
  expect(await codeOf(identity.create('Ada'))).toBe('LOCKED')
  expect(await codeOf(identity.restore('Ada', ZEROS))).toBe('LOCKED')
  expect(await codeOf(identity.rename('Bea'))).toBe('LOCKED')
  expect(identity.keyring()).toBeNull()
  expect(() => identity.me()).toThrow(why)
  expect(await everything()).toEqual(before)
}

async function everything(): Promise<Record<string, string>> {
  const names = await readdir(folder)
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'hex').catch(() => 'unreadable')
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)])))
}

const ZEROS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'

describe('who this is', () => {
  it('is worked out once for each change, as it is asked thousands of times in a row', async () => {
    const identity = await open()
    await identity.create('Ada')
    const before = identity.current()
    expect(identity.current()).toBe(before)
    await identity.rename('Bea')
    expect(identity.current()).toMatchObject({ me: { name: 'Bea' } })
    expect(before).toMatchObject({ me: { name: 'Ada' } })
  })
})

describe('an empty folder', () => {
  it('holds nobody, and asking for somebody says so', async () => {
    const identity = await open()
    expect(identity.current()).toEqual({ state: 'none' })
    expect(identity.keyring()).toBeNull()
    expect(() => identity.me()).toThrow(LatchError)
    expect(await codeOf(identity.rename('Ada'))).toBe('NO_ACCOUNT')
    expect(await readdir(folder)).toEqual([])
  })

  it('takes an account, readable by its owner alone, which is there after a restart', async () => {
    const first = await open()
    const me = await first.create('  Ada ')
    expect(Me.parse(me)).toEqual(me)
    expect(me).toMatchObject({ name: 'Ada', phrase: 'offered', keyProtection: 'key-file' })
    expect(me.deviceLabel).toBe('a test machine')
    if (process.platform !== 'win32') expect((await stat(keysPath())).mode & 0o777).toBe(0o600)

    const second = await open()
    expect(second.current()).toEqual({ state: 'ready', me })
    expect(second.keyring()?.databaseKey).toEqual(first.keyring()?.databaseKey)
    expect(second.keyring()?.mailKey).toEqual(first.keyring()?.mailKey)
    expect(second.keyring()?.deviceKey.equals(first.keyring()?.deviceKey)).toBe(true)
    expect(second.phrase()).toEqual(first.phrase())
  })

  it('takes one account, whoever else asks at the same time', async () => {
    const identity = await open()
    const asked = [identity.create('Ada'), identity.create('Bea'), identity.restore('Cy', ZEROS)]
    expect(await Promise.all(asked.map((one) => codeOf(one)))).toEqual(['no error', 'ACCOUNT_EXISTS', 'ACCOUNT_EXISTS'])
    expect((await open()).me().name).toBe('Ada')
  })

  const noNames = ['', '   ', 'x'.repeat(65), 'a\u202Eb', 'a\nb', '\u0007']
  it.each(noNames)('takes no account of the name %j', async (name) => {
    const identity = await open()
    expect(await codeOf(identity.create(name))).toBe('BAD_INPUT')
    expect(await readdir(folder)).toEqual([])
  })

  it('is left empty when the vault cannot seal, or does not give back what it sealed', async () => {
    const refuses = { ...testVault(), seal: () => Promise.reject(new LatchError('LOCKED', 'The key store is shut.')) }
    expect(await codeOf((await open(refuses)).create('Ada'))).toBe('LOCKED')
    const forgets = { ...testVault(), open: async () => new Uint8Array(200) }
    expect(await codeOf((await open(forgets)).create('Ada'))).toBe('LOCKED')
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a recovery phrase', () => {
  it('restores the same account on another folder, as another device', async () => {
    const first = await open()
    const me = await first.create('Ada')
    const phrase = first.phrase().join(' ')
    await rm(keysPath())

    const second = await open()
    const restored = await second.restore('Ada elsewhere', `  ${phrase.toUpperCase()} `)
    expect(restored.account).toBe(me.account)
    expect(restored.peerId).not.toBe(me.peerId)
    expect(restored).toMatchObject({ name: 'Ada elsewhere', phrase: 'restored' })
    expect(second.phrase().join(' ')).toBe(phrase)
  })

  it('that is wrong restores nothing, and says at which word', async () => {
    const identity = await open()
    await expect(identity.restore('Ada', ZEROS.replace('about', 'abuot'))).rejects.toThrow('Word 12')
    expect(await codeOf(identity.restore('Ada', ZEROS.replace('about', 'zoo')))).toBe('BAD_INPUT')
    expect(identity.current()).toEqual({ state: 'none' })
    expect(await readdir(folder)).toEqual([])
  })

  it('is confirmed by its own words alone', async () => {
    const identity = await open()
    await identity.create('Ada')
    expect(await codeOf(identity.confirmPhrase(ZEROS))).toBe('BAD_INPUT')
    expect(identity.me().phrase).toBe('offered')
    await identity.confirmPhrase(identity.phrase().join('  '))
    expect(identity.me().phrase).toBe('confirmed')
    expect((await open()).me().phrase).toBe('confirmed')
  })

  it('that restored the account needs no confirming', async () => {
    const identity = await open()
    await identity.restore('Ada', ZEROS)
    expect((await identity.confirmPhrase(ZEROS)).phrase).toBe('restored')
  })
})

describe('a name', () => {
  it('changes, is told, and is there after a restart', async () => {
    const identity = await open()
    await identity.create('Ada')
    const stop = new AbortController()
    const told: unknown[] = []
    for await (const item of identity.watch(stop.signal)) {
      told.push(item.kind === 'snapshot' ? item.snapshot : item.event.identity)
      if (told.length === 1) await identity.rename('Ada L.')
      else stop.abort()
    }
    expect(told).toMatchObject([{ state: 'ready', me: { name: 'Ada' } }, { state: 'ready', me: { name: 'Ada L.' } }])
    expect((await open()).me()).toMatchObject({ name: 'Ada L.', account: identity.me().account })
  })

  it('stays as it was when it cannot be written', async () => {
    let shut = false
    const vault = testVault()
    const seal: Vault['seal'] = (plain) => (shut ? Promise.reject(new LatchError('LOCKED')) : vault.seal(plain))
    const identity = await open({ ...vault, seal })
    await identity.create('Ada')
    shut = true
    expect(await codeOf(identity.rename('Bea'))).toBe('LOCKED')
    expect(identity.me().name).toBe('Ada')
    shut = false
    await identity.rename('Cy')
    expect((await open()).me().name).toBe('Cy')
  })
})

describe('keys that cannot be opened are locked, never replaced:', () => {
  it('a database without its keys', async () => {
    await writeFile(databasePath(), 'somebody else has the key')
    await expectLocked(testVault(), 'is missing', databasePath(), 'left as it is', 'move latch.db')
  })

  it.each([
    ['nothing', ''],
    ['half a file', '{"version": 1, "protec'],
    ['something else', '[]'],
  ])('a keys file that holds %s', async (_, text) => {
    await writeFile(keysPath(), text)
    await expectLocked(testVault(), 'is damaged', 'left as it is', 'recovery phrase')
  })

  it('a keys file that is far too large', async () => {
    await (await open()).create('Ada')
    await writeFile(keysPath(), `${await readFile(keysPath(), 'utf8')}${' '.repeat(100_000)}`)
    await expectLocked(testVault(), 'more than 65536 bytes')
  })

  it('a keys file with one letter of its seal changed', async () => {
    await (await open()).create('Ada')
    const file = JSON.parse(await readFile(keysPath(), 'utf8'))
    const at = Math.floor(file.sealed.length / 2)
    file.sealed = `${file.sealed.slice(0, at)}${file.sealed[at] === 'A' ? 'B' : 'A'}${file.sealed.slice(at + 1)}`
    await writeFile(keysPath(), JSON.stringify(file))
    await expectLocked(testVault(), 'is damaged')
  })

  it('a keys file that names another account', async () => {
    const first = await open()
    await first.create('Ada')
    const file = JSON.parse(await readFile(keysPath(), 'utf8'))
    file.account = 'k51qzi5uqu5djp9lv45wr2wqr1vpeftu1w8dmw1113rxe7zdw1gdxtkobbhr3l'
    await writeFile(keysPath(), JSON.stringify(file))
    await expectLocked(testVault(), 'another account')
  })

  it('a keys file of a newer Latch', async () => {
    await writeFile(keysPath(), '{"version": 2, "whatever": true}')
    await expectLocked(testVault(), 'newer Latch')
  })

  it('a keys file sealed by another key store', async () => {
    await (await open(testVault({ protection: 'os', backend: 'gnome_libsecret' }))).create('Ada')
    await expectLocked(testVault({ protection: 'os', backend: 'kwallet6' }), 'gnome_libsecret', 'kwallet6')
    const plain = testVault({ protection: 'plain-text', backend: 'basic_text' })
    await expectLocked(plain, "the system's key store", 'plain text')
  })

  it('a vault that refuses, with what it says', async () => {
    await (await open()).create('Ada')
    const refuses = 'That passphrase does not open the keys.'
    await expectLocked(testVault({ refuses }), refuses)
    expect((await open()).me().name).toBe('Ada')
  })

  it('a vault that fails in a way of its own, without its words', async () => {
    await (await open()).create('Ada')
    const vault = { ...testVault(), open: () => Promise.reject(new TypeError('x is not a function')) }
    await expectLocked(vault, 'a key file (test) did not open it')
    expect((await open(vault)).current()).not.toMatchObject({ why: expect.stringContaining('not a function') })
  })

  it('a keys file that cannot be read', async () => {
    await mkdir(keysPath())
    await expectLocked(testVault(), 'cannot be read')
  })
})

it('a keys file that appears after the start is not overwritten', async () => {
  const identity = await open()
  await (await open()).create('Ada')
  const before = await everything()
  expect(await codeOf(identity.create('Bea'))).toBe('ACCOUNT_EXISTS')
  expect(await everything()).toEqual(before)
})
