import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Introducer } from '../../../shared/model/reach.ts'
import { dialable, isPublicHost, placesFrom, readAddress } from '../../platform/addresses.ts'
import type { Log } from '../../platform/log.ts'
import { MAX_INTRODUCER_ADDRESSES, MAX_INTRODUCERS, MAX_VOUCHED } from './limits.ts'
import type { Rank } from './plan.ts'
import { holds, openSaid, readConfigured, readIntroducer, type Named } from './records.ts'
import type { IntroducerStore, KnownIntroducer } from './store.ts'

type Origin = Introducer['origin']
/** On whose word an introducer is known. */
type Source = { origin: Origin; vouchedBy: PeerId | null }

const RANKS: Readonly<Record<Origin, Rank>> = { configuration: 0, person: 0, invitation: 1, learnt: 2 }

export interface IntroducersParts {
  readonly store: IntroducerStore
  readonly nowMs: () => number
  readonly me: PeerId
  readonly log: Log
  /** The networks this machine is on, each `ip/bits`. */
  readonly networks: () => readonly string[]
  /** Something about it is other than before, or it is gone. */
  readonly changed: (peerId: PeerId) => void
}

/**
 * The introducers this device knows, at most MAX_INTRODUCERS, and who said so. What one says of itself counts only with
 * its own signature, whoever hands it on, and only until it expires; the newer of two replaces the older.
 */
export class Introducers {
  readonly #parts: IntroducersParts
  readonly #known = new Map<PeerId, KnownIntroducer>()
  #refused = 0

  constructor(parts: IntroducersParts) {
    this.#parts = parts
    for (const one of parts.store.all()) this.#known.set(one.peerId, one)
  }

  /** Records that did not hold, since the start. */
  get refused(): number {
    return this.#refused
  }

  all(): KnownIntroducer[] {
    return [...this.#known.values()]
  }

  get(peerId: PeerId): KnownIntroducer | null {
    return this.#known.get(peerId) ?? null
  }

  /** Takes what the configuration names now, and no longer what it named once. What cannot be read is left out. */
  async configure(texts: readonly string[]): Promise<void> {
    const { log, me, nowMs, store } = this.#parts
    const configured = new Set<PeerId>()
    for (const text of texts) {
      try {
        const named = await readConfigured(text, { nowMs: nowMs(), me })
        store.unforget(named.peerId)
        this.#note(named, { origin: 'configuration', vouchedBy: null })
        configured.add(named.peerId)
      } catch (error) {
        log.warn({ error }, 'an introducer of the configuration cannot be used; left out')
      }
    }
    for (const { origin, peerId } of this.all()) {
      if (origin === 'configuration' && !configured.has(peerId)) this.#drop(peerId)
    }
  }

  /** Errors: LatchError BAD_INPUT, with one sentence. */
  async add(text: string): Promise<KnownIntroducer> {
    const { me, nowMs, store } = this.#parts
    const named = await readIntroducer(text, { nowMs: nowMs(), me })
    store.unforget(named.peerId)
    this.#note(named, { origin: 'person', vouchedBy: null })
    return this.update(named.peerId, { enabled: true })
  }

  /**
   * Signed records from somebody else. Those that do not hold are left out and counted. An invitation is a person's
   * word: it brings back what was forgotten; another introducer's word does not.
   */
  async learn(records: readonly Uint8Array[], source: { origin: 'invitation' | 'learnt'; vouchedBy: PeerId | null }) {
    const { me, store } = this.#parts
    for (const envelope of records) {
      const opened = await this.#open(envelope)
      if (opened.outcome !== 'holds' || opened.peerId === me) continue
      if (this.#waysTo(opened.said.addresses, source.origin).length === 0) continue
      if (source.origin === 'invitation') store.unforget(opened.peerId)
      if (store.isForgotten(opened.peerId) || !this.#mayName(opened.peerId, source)) continue
      this.#note({ ...opened, given: [] }, source)
    }
  }

  /** What an introducer says of itself over a connection. */
  async heardOfItself(peerId: PeerId, envelope: Uint8Array): Promise<'taken' | 'out-of-time' | 'not-its-own'> {
    const known = this.#known.get(peerId)
    const opened = await this.#open(envelope)
    if (opened.outcome === 'forged' || opened.peerId !== peerId) return 'not-its-own'
    if (opened.outcome === 'out-of-time') return 'out-of-time'
    if (known !== undefined) this.#note({ ...opened, given: [] }, known)
    return 'taken'
  }

  /** Errors: LatchError NOT_FOUND. */
  update(
    peerId: PeerId,
    change: Partial<Pick<KnownIntroducer, 'enabled' | 'rttMs' | 'registeredMs'>>,
  ): KnownIntroducer {
    const changed = { ...this.#known.get(peerId) ?? notKnown(), ...change }
    this.#put(changed)
    return changed
  }

  /** Errors: LatchError NOT_FOUND; CONFLICT where the configuration names it. */
  forget(peerId: PeerId): void {
    const { origin } = this.#known.get(peerId) ?? notKnown()
    if (origin === 'configuration') {
      throw new LatchError('CONFLICT', 'The configuration names this introducer: switch it off instead.')
    }
    this.#known.delete(peerId)
    this.#parts.store.forget(peerId, this.#parts.nowMs())
    this.#parts.changed(peerId)
  }

  /** Those that nobody here chose go when what they said has expired. `isUsed`: it is connected and may renew it. */
  sweep(isUsed: (peerId: PeerId) => boolean): void {
    const isOver = (one: KnownIntroducer): boolean => one.said === null || !holds(one.said, this.#parts.nowMs())
    for (const one of this.all()) {
      if (rankOf(one) > 0 && isOver(one) && !isUsed(one.peerId)) this.#drop(one.peerId)
    }
  }

  /** Where it may be dialled: what somebody here gave first, then what it says itself. */
  addressesOf({ given, said, origin }: KnownIntroducer): string[] {
    return this.#waysTo(unique([...given, ...dialable(said?.addresses ?? [])]), origin)
  }

  /** `host:port`; of one that nobody here chose only those on the internet, which can say how this device looks there. */
  stunOf({ origin, said }: KnownIntroducer): readonly string[] {
    const servers = said?.stun ?? []
    return origin === 'learnt' ? servers.filter((server) => isPublicHost(hostOf(server))) : servers
  }

  /** The signed record to hand on, if it still holds. */
  recordOf({ said }: KnownIntroducer): Uint8Array | null {
    return said !== null && holds(said, this.#parts.nowMs()) ? said.envelope : null
  }

  /** Another introducer's word is a stranger's: it leads to no machine of this house that only looks like one of those. */
  #waysTo(addresses: readonly string[], origin: Origin): string[] {
    if (origin !== 'learnt') return [...addresses]
    const placeOf = placesFrom(this.#parts.networks())
    return addresses.filter((address) => {
      const read = readAddress(address)
      return read !== null && placeOf(read) !== 'nowhere'
    })
  }

  async #open(envelope: Uint8Array) {
    const { log, nowMs } = this.#parts
    const opened = await openSaid(envelope, nowMs())
    if (opened.outcome !== 'holds') {
      this.#refused += 1
      log.info({ ...opened }, 'a record of an introducer does not hold; left out')
    }
    return opened
  }

  /** One introducer names only so many, and a full list takes no learnt one: nobody can wash others out of it. */
  #mayName(peerId: PeerId, { origin, vouchedBy }: Source): boolean {
    if (this.#known.has(peerId)) return true
    if (origin !== 'learnt') return this.#makeRoom(RANKS[origin])
    const named = this.all().filter((one) => one.origin === 'learnt' && one.vouchedBy === vouchedBy)
    return named.length < MAX_VOUCHED && this.#known.size < MAX_INTRODUCERS
  }

  /** Errors: LatchError BAD_INPUT when the list is full of those that come before. */
  #note({ peerId, said, given }: Named, { origin, vouchedBy }: Source): void {
    const known = this.#known.get(peerId)
    if (known === undefined) {
      if (!this.#makeRoom(RANKS[origin])) {
        throw new LatchError('BAD_INPUT', `${MAX_INTRODUCERS} introducers are known already: forget one first.`)
      }
      const fresh = { enabled: true, rttMs: null, registeredMs: 0, addedMs: this.#parts.nowMs() }
      return this.#put({ peerId, origin, vouchedBy, given: unique(given), said, ...fresh })
    }
    const isCloser = RANKS[origin] < rankOf(known)
    const isNewer = said !== null && (known.said === null || said.issuedMs > known.said.issuedMs)
    const places = unique([...given, ...known.given])
    if (!isCloser && !isNewer && places.every((place) => known.given.includes(place))) return
    this.#put({
      ...known,
      ...(isCloser ? { origin, vouchedBy } : {}),
      ...(isNewer ? { said } : {}),
      given: places,
    })
  }

  /** Who comes last goes first: the longest known of those that were learnt, then of those from invitations. */
  #makeRoom(rank: Rank): boolean {
    if (this.#known.size < MAX_INTRODUCERS) return true
    const worse = this.all().filter((one) => rankOf(one) > rank)
    const [last] = worse.toSorted((a, b) => rankOf(b) - rankOf(a) || a.addedMs - b.addedMs)
    if (last !== undefined) this.#drop(last.peerId)
    return last !== undefined
  }

  #put(introducer: KnownIntroducer): void {
    this.#known.set(introducer.peerId, introducer)
    this.#parts.store.save(introducer)
    this.#parts.changed(introducer.peerId)
  }

  #drop(peerId: PeerId): void {
    this.#known.delete(peerId)
    this.#parts.store.remove(peerId)
    this.#parts.changed(peerId)
  }
}

export function rankOf({ origin }: Pick<KnownIntroducer, 'origin'>): Rank {
  return RANKS[origin]
}

/** Of `host:port` or `[ip]:port`. */
function hostOf(server: string): string {
  return server.slice(0, server.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')
}

function unique(addresses: readonly string[]): string[] {
  return [...new Set(addresses)].slice(0, MAX_INTRODUCER_ADDRESSES)
}

function notKnown(): never {
  throw new LatchError('NOT_FOUND', 'No introducer of that id is known here.')
}
