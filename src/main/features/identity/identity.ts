import { existsSync } from 'node:fs'
import { LatchError } from '../../../shared/errors.ts'
import { DisplayName, type Identity, type Me } from '../../../shared/model/identity.ts'
import { writeFileAtomic } from '../../platform/atomic-file.ts'
import type { Clock } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import { openDatabase } from '../../platform/database.ts'
import { arrivingDatabase, clearArrival, settleArrival, syncArrival } from './arrival.ts'
import { cleanLabel, openDeviceList } from './device-list.ts'
import { accountIdOf, entropyOf, keyringFrom, peerIdOf, randomSeeds, wordsOf, type Random } from './keys.ts'
import { createListStore } from './list-store.ts'
import { formatKeysFile, KEYS_VERSION, packSecrets, type KeysFile, type Secrets } from './keys-file.ts'
import type { Arrival, Keyring, OwnIdentity, Vault } from './types.ts'
import { unlock, type IdentityFiles, type Unlocked } from './unlock.ts'

export interface IdentityParts {
  readonly files: IdentityFiles
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
  /** What the device calls itself in the account's device list: the machine's name. */
  readonly deviceLabel: string
}

type Open = Extract<Unlocked, { state: 'open' }>
type IdentityChanged = { event: 'identity-changed'; identity: Identity }

/** Reads the keys file once and opens it if it can. Never throws for what it finds there: `current()` says. */
export async function createIdentity(parts: IdentityParts): Promise<OwnIdentity> {
  await settleArrival(parts.files).catch((error: unknown) => parts.log.error({ error }, 'an arrival was not settled'))
  return new StoredIdentity(parts, await unlock(parts.files, parts.vault, parts.log))
}

class StoredIdentity implements OwnIdentity {
  readonly #parts: IdentityParts
  readonly #feed: Feed<IdentityChanged>
  #unlocked: Unlocked
  /** Made when the keys change, as it is asked for with every hello, and peer ids take a while to write. */
  #current: Identity
  #endedMs: number | null = null
  /** Changes run one after another, each on what the one before it wrote. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(parts: IdentityParts, unlocked: Unlocked) {
    this.#parts = parts
    this.#unlocked = unlocked
    this.#current = identityOf(unlocked, parts.deviceLabel)
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of the identity failed'))
  }

  current(): Identity {
    return this.#current
  }

  keyring(): Keyring | null {
    return this.#unlocked.state === 'open' ? this.#unlocked.keyring : null
  }

  me(): Me {
    if (this.#current.state === 'ready') return this.#current.me
    throw refusal(this.#current)
  }

  create(name: string): Promise<Me> {
    return this.#changing(() =>
      this.#found({ name: checkedName(name), phrase: 'offered', ...randomSeeds(this.#parts.random) }),
    )
  }

  restore(name: string, phrase: string): Promise<Me> {
    return this.#changing(() =>
      this.#found({
        name: checkedName(name),
        phrase: 'restored',
        ...randomSeeds(this.#parts.random, entropyOf(phrase)),
      }),
    )
  }

  arrive(arrival: Arrival): Promise<Me> {
    return this.#changing(() => this.#arrive(arrival))
  }

  rename(name: string): Promise<Me> {
    return this.#changing(() => {
      const open = this.#open()
      return this.#write(open.file, { ...open.secrets, name: checkedName(name) }, open.keyring)
    })
  }

  phrase(): string[] {
    return wordsOf(this.#open().keyring.entropy)
  }

  confirmPhrase(phrase: string): Promise<Me> {
    return this.#changing(async () => {
      const open = this.#open()
      if (Buffer.compare(entropyOf(phrase), open.keyring.entropy) !== 0) {
        throw new LatchError('BAD_INPUT', 'These are twelve good words, but not those of this account.')
      }
      if (open.secrets.phrase !== 'offered') return this.me()
      return this.#write(open.file, { ...open.secrets, phrase: 'confirmed' }, open.keyring)
    })
  }

  ended(atMs: number): void {
    this.#endedMs = atMs
    this.#tell()
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Identity, IdentityChanged>> {
    return this.#feed.watch(() => this.current(), signal)
  }

  #open(): Open {
    if (this.#unlocked.state === 'open') return this.#unlocked
    throw refusal(this.#unlocked)
  }

  /** The first account of this folder. Errors: LatchError ACCOUNT_EXISTS, LOCKED. */
  async #found(secrets: Secrets): Promise<Me> {
    this.#refuseSecond()
    const keyring = await keyringFrom(secrets)
    return this.#write(this.#fileOf(keyring, this.#parts.clock.nowMs()), secrets, keyring)
  }

  async #arrive({ name, createdMs, phrase, seeds, deviceList, furnish, written }: Arrival): Promise<Me> {
    const { files, clock } = this.#parts
    this.#refuseSecond()
    const { entropy, device, mail, database } = seeds
    const secrets = { name: checkedName(name), phrase, entropy, device, mail, database }
    const keyring = await keyringFrom(seeds)
    const arriving = arrivingDatabase(files)
    await clearArrival(files)
    try {
      await furnish(arriving, keyring.databaseKey)
      const opened = openDatabase(arriving, keyring.databaseKey, { mustExist: true })
      try {
        const signed = deviceList === null ? null : await openDeviceList(deviceList)
        if (signed?.outcome === 'valid') createListStore(opened, () => true).put(signed.signed, clock.nowMs())
      } finally {
        opened.close()
      }
      syncArrival(files)
      await this.#write(this.#fileOf(keyring, createdMs), secrets, keyring, () => settleArrival(files))
    } catch (error) {
      if (this.#unlocked.state !== 'open') await clearArrival(files)
      throw error
    }
    await written?.()
    return this.me()
  }

  #refuseSecond(): void {
    const { files } = this.#parts
    if (this.#unlocked.state === 'locked') throw new LatchError('LOCKED', this.#unlocked.why)
    if (this.#unlocked.state === 'open' || existsSync(files.keys)) throw new LatchError('ACCOUNT_EXISTS')
  }

  #fileOf(keyring: Keyring, createdMs: number): Omit<KeysFile, 'sealed'> {
    const { protection, backend } = this.#parts.vault
    return { version: KEYS_VERSION, protection, backend, account: accountIdOf(keyring.accountKey.publicKey), createdMs }
  }

  /** `then` comes before anybody is told. */
  async #write(file: Omit<KeysFile, 'sealed'>, secrets: Secrets, keyring: Keyring, then?: () => Promise<void>): Promise<Me> {
    const { files, vault } = this.#parts
    const plain = packSecrets(secrets)
    const sealed = await vault.seal(plain)
    // A vault that takes and does not give back is found out while the keys are still in memory.
    if (Buffer.compare(await vault.open(sealed), plain) !== 0) {
      throw new LatchError('LOCKED', 'The key store does not give back what it was given; nothing was written.')
    }
    const written: KeysFile = { ...file, sealed: Buffer.from(sealed).toString('base64') }
    await writeFileAtomic(files.keys, formatKeysFile(written), { mode: 0o600 }).catch((cause: unknown) => {
      throw new LatchError('INTERNAL', `${files.keys} could not be written, and is as it was.`, { cause })
    })
    this.#unlocked = { state: 'open', file: written, secrets, keyring }
    await then?.()
    this.#tell()
    return this.me()
  }

  #tell(): void {
    this.#current = identityOf(this.#unlocked, this.#parts.deviceLabel, this.#endedMs)
    this.#feed.publish({ event: 'identity-changed', identity: this.#current })
  }

  #changing(change: () => Promise<Me>): Promise<Me> {
    const done = this.#queue.then(change)
    this.#queue = done.catch(() => {})
    return done
  }
}

function identityOf(unlocked: Unlocked, deviceLabel: string, endedMs: number | null = null): Identity {
  if (unlocked.state !== 'open') return unlocked
  const { file, secrets, keyring } = unlocked
  const me: Me = {
    account: file.account,
    name: secrets.name,
    peerId: peerIdOf(keyring.deviceKey.publicKey),
    deviceLabel: cleanLabel(deviceLabel),
    createdMs: file.createdMs,
    phrase: secrets.phrase,
    keyProtection: file.protection,
    ...(endedMs === null ? {} : { revokedMs: Math.round(endedMs) }),
  }
  return { state: 'ready', me }
}

function refusal(closed: Exclude<Unlocked, Open>): LatchError {
  return closed.state === 'none' ? new LatchError('NO_ACCOUNT') : new LatchError('LOCKED', closed.why)
}

function checkedName(name: string): string {
  const checked = DisplayName.safeParse(name)
  if (!checked.success) {
    throw new LatchError('BAD_INPUT', 'A name has 1 to 64 characters, none of them control or direction characters.')
  }
  return checked.data
}
