import { LatchError } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { Feed } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import { openRevocation, signRevocation } from './revocation.ts'
import { createRevokedStore, type RevokedStore } from './revoked.ts'
import type { OwnIdentity, RevocationsFeature, Revoked } from './types.ts'

interface RevocationsParts {
  readonly database: Database
  readonly identity: OwnIdentity
  readonly clock: Clock
  readonly log: Log
  /** Whether it is this account's, or a contact's. */
  readonly isWanted: (account: AccountId) => boolean
  /** Whether anything of it is kept here. */
  readonly isKnown: (account: AccountId) => boolean
  /** Its devices that are connected prove nothing any more. */
  readonly disprove: (account: AccountId) => void
  /** Everybody connected hears a new hello; gives how many they are. */
  readonly announce: () => number
}

/** Which accounts count no more. */
export class Revocations implements RevocationsFeature {
  readonly #parts: RevocationsParts
  readonly #store: RevokedStore
  readonly #feed: Feed<Revoked>

  constructor(parts: RevocationsParts) {
    this.#parts = parts
    this.#store = createRevokedStore(parts.database)
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of revocations failed'))
    this.#tellOwn()
  }

  async make(): Promise<Uint8Array> {
    const { clock, identity } = this.#parts
    const keyring = identity.keyring()
    if (keyring === null) throw new LatchError('NO_ACCOUNT')
    return signRevocation(identity.me().account, keyring.accountKey, clock.nowMs())
  }

  async publish(envelope: Uint8Array): Promise<{ account: AccountId; told: number }> {
    const opened = await openRevocation(envelope)
    if (opened.outcome !== 'valid') throw new LatchError('BAD_INPUT', `That is no revocation that holds: ${opened.why}.`)
    const { account } = opened.revocation
    this.#take(account, envelope, true)
    return { account, told: this.#parts.announce() }
  }

  async heard(envelope: Uint8Array): Promise<void> {
    const opened = await openRevocation(envelope)
    if (opened.outcome !== 'valid') return
    const { account } = opened.revocation
    const isWanted = this.#parts.isWanted(account)
    // Of somebody nobody here has heard of: whoever asks the DHT for them hears it there.
    if (!isWanted && !this.#parts.isKnown(account)) return
    if (this.#take(account, envelope, isWanted) && isWanted) this.#parts.announce()
  }

  of(account: AccountId): Uint8Array | null {
    return this.#store.get(account)
  }

  passedOn(): Uint8Array[] {
    return this.#store.passedOn()
  }

  subscribe(listener: (revoked: Revoked) => void): () => void {
    return this.#feed.subscribe(listener)
  }

  /** Whether that was news. */
  #take(account: AccountId, envelope: Uint8Array, isWanted: boolean): boolean {
    const { clock, disprove, log } = this.#parts
    if (this.#store.put(account, envelope, clock.nowMs(), isWanted) !== 'put') return false
    log.warn({}, 'an account was revoked')
    this.#feed.publish({ account, envelope })
    disprove(account)
    this.#tellOwn()
    return true
  }

  /** Whether it is this account that counts no more. */
  #tellOwn(): void {
    const { identity } = this.#parts
    const now = identity.current()
    if (now.state !== 'ready' || now.me.revokedMs !== undefined) return
    const heardMs = this.#store.heardMs(now.me.account)
    if (heardMs !== null) identity.ended(heardMs)
  }
}
