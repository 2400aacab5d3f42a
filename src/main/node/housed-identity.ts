import { errorCodes, LatchError } from '../../shared/errors.ts'
import type { Identity, Me } from '../../shared/model/identity.ts'
import type { Arrival, IdentityFeature, Keyring } from '../features/identity/types.ts'
import { Feed, type Watched } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'

type IdentityChanged = { event: 'identity-changed'; identity: Identity }

/**
 * The identity as others see it: there is an account once its household runs. Whoever is told `ready`, by an answer or
 * an event, can ask the household the next moment. An account whose household does not start is as good as locked.
 */
export class HousedIdentity implements IdentityFeature {
  readonly #inner: IdentityFeature
  readonly #house: () => Promise<void>
  readonly #feed: Feed<IdentityChanged>
  readonly #log: Log
  #isHoused = false
  #failure: string | null = null

  /** `house` starts the household of the account that is now there. */
  constructor(inner: IdentityFeature, house: () => Promise<void>, log: Log) {
    this.#inner = inner
    this.#house = house
    this.#log = log
    this.#feed = new Feed((error) => log.error({ error }, 'a listener of the identity failed'))
  }

  /** Starts the household of an account that was there before, and follows what changes, until `signal`. */
  async open(signal: AbortSignal): Promise<void> {
    if (this.#inner.current().state === 'ready') await this.#settle()
    void this.#follow(signal)
  }

  current(): Identity {
    const identity = this.#inner.current()
    if (identity.state !== 'ready' || this.#isHoused) return identity
    return this.#failure === null ? { state: 'none' } : { state: 'locked', why: this.#failure }
  }

  keyring(): Keyring | null {
    return this.#inner.keyring()
  }

  me(): Me {
    return this.#inner.me()
  }

  create(name: string): Promise<Me> {
    return this.#housing(this.#inner.create(name))
  }

  restore(name: string, phrase: string): Promise<Me> {
    return this.#housing(this.#inner.restore(name, phrase))
  }

  arrive(arrival: Arrival): Promise<Me> {
    return this.#housing(this.#inner.arrive(arrival))
  }

  rename(name: string): Promise<Me> {
    return this.#inner.rename(name)
  }

  phrase(): string[] {
    return this.#inner.phrase()
  }

  confirmPhrase(phrase: string): Promise<Me> {
    return this.#inner.confirmPhrase(phrase)
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Identity, IdentityChanged>> {
    return this.#feed.watch(() => this.current(), signal)
  }

  async #housing(made: Promise<Me>): Promise<Me> {
    const me = await made
    await this.#settle()
    return me
  }

  async #settle(): Promise<void> {
    try {
      await this.#house()
      this.#isHoused = true
    } catch (error) {
      this.#failure = error instanceof LatchError ? error.message : errorCodes.INTERNAL.message
      throw error
    } finally {
      this.#publish()
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      for await (const item of this.#inner.watch(signal)) if (item.kind === 'event' && this.#isHoused) this.#publish()
    } catch (error) {
      this.#log.error({ error }, 'changes of the identity are no longer told')
    }
  }

  #publish(): void {
    this.#feed.publish({ event: 'identity-changed', identity: this.current() })
  }
}
