import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import type { Publication } from '../../../shared/model/names.ts'
import { type Cancel, type Clock, deadline } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { PutAnswer } from '../../protocols/names/index.ts'
import type { Holder } from './holder.ts'
import { inParallel } from './in-parallel.ts'
import { judgeOpened, newer } from './judge.ts'
import { FLOCK_MS, LOOK_AGAIN_MS, MAX_ASKED, PUT_TIMEOUT_MS, PUTS_AT_ONCE, REPUBLISH_EVERY_MS, SLOW_MS, SLOW_PAUSE_MS } from './keeping-limits.ts'
import type { Lines } from './lines.ts'
import { type Place, placeOfPeer, placeOfZone, type ZoneKey } from './near.ts'
import { afterAnswer, type Around, beginAgain, isDue, isToBeSigned, nextOfAll, nextRetry, NOT_TOLD, type Told, whomToTell } from './publish-plan.ts'
import { nextZone, openZone, type SignedZone, signZone, type StampedZone } from './zone.ts'
import type { OwnZone, ZoneStore } from './zone-store.ts'

export interface PublisherParts {
  readonly network: NetworkId
  readonly account: AccountId
  readonly accountKey: PrivateKey
  readonly store: ZoneStore
  readonly holder: Pick<Holder, 'id' | 'facts' | 'newestOf' | 'tell'>
  readonly lines: Pick<Lines, 'put'>
  /** Other devices of this network: those connected, and those that are known and may be dialled. */
  readonly peers: () => Iterable<PeerId>
  /** Over gossip, to whoever watches the name. */
  readonly broadcast: (zone: Uint8Array) => Promise<unknown>
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
  /** A zone was told, or signed anew. */
  readonly changed: (name: NameLabel) => void
}

interface Telling {
  readonly seq: number
  told: Told
  /** When all are asked again. */
  allAgainMs: number
}

/**
 * Tells one's own zones to the devices nearest to them, and again: when holders come or go, when one was busy, and every
 * hour; and signs them anew in the second half of their time. One round at a time.
 */
export class Publisher {
  readonly #parts: PublisherParts
  readonly #stop = new AbortController()
  /** Of the zone of each name as it was told last. */
  readonly #telling = new Map<ZoneKey, Telling>()
  /** Peers that were waited for in vain, and until when none of the zones is handed to them. */
  readonly #slow = new Map<PeerId, number>()
  #places = new Map<PeerId, Place>()
  #round: Promise<unknown> = Promise.resolve()
  #cancelTimer: Cancel = () => {}
  /** When the timer runs, on the monotonic hand. */
  #dueMs = Infinity

  constructor(parts: PublisherParts) {
    this.#parts = parts
  }

  start(): void {
    this.#lookWithin(this.#flockMs())
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'))
    this.#cancelTimer()
    await this.#round.catch(() => {})
  }

  /** Somebody of this network came or went, or the ledger caught up: looked at shortly, with all others who do so then. */
  noticed(): void {
    this.#lookWithin(this.#flockMs())
  }

  /**
   * The zone is this account's newest from now on, and is told. Resolves after the first round with what came of it.
   * *Errors*: the reason of having been stopped.
   */
  publish(signed: SignedZone): Promise<Publication> {
    const { store, holder, broadcast, log } = this.#parts
    store.putOwn(signed)
    // By what is quickest first: those who watch do not wait for disks.
    holder.tell(signed)
    broadcast(signed.bytes).catch((error: unknown) => log.warn({ error }, 'a zone could not be broadcast'))
    return this.again(signed.key)
  }

  /** All who are to hold it are asked now. *Errors*: the reason of having been stopped; RangeError where there is none. */
  again(key: ZoneKey): Promise<Publication> {
    return this.#inTurn(async () => {
      const own = this.#parts.store.own(key)
      if (own === null) throw new RangeError('there is no zone of that name')
      const publication = await this.#tellAll(own)
      this.#lookWithin(publication.againMs - this.#parts.clock.nowMs())
      return publication
    })
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#round.then(() => {
      this.#stop.signal.throwIfAborted()
      return run()
    })
    this.#round = done.catch(() => {})
    return done
  }

  #flockMs(): number {
    return FLOCK_MS * (1 + this.#parts.random())
  }

  #lookWithin(ms: number): void {
    const { clock, log } = this.#parts
    const dueMs = clock.monotonicMs() + Math.max(0, ms)
    if (this.#stop.signal.aborted || dueMs >= this.#dueMs) return
    this.#cancelTimer()
    this.#dueMs = dueMs
    this.#cancelTimer = clock.after(Math.max(0, ms), () => {
      this.#dueMs = Infinity
      this.#inTurn(() => this.#look()).catch((error: unknown) => {
        if (this.#stop.signal.aborted) return
        log.error({ error }, 'publishing zones failed')
        this.#lookWithin(LOOK_AGAIN_MS)
      })
    })
  }

  async #look(): Promise<void> {
    const { store, network, clock } = this.#parts
    const own = store.ownOnes(network)
    for (const [peerId, untilMs] of this.#slow) if (untilMs <= clock.monotonicMs()) this.#slow.delete(peerId)
    for (const key of this.#telling.keys()) if (!own.some((one) => one.key === key)) this.#telling.delete(key)
    let nextMs = clock.nowMs() + REPUBLISH_EVERY_MS
    for (const one of own) {
      if (this.#stop.signal.aborted) return
      nextMs = Math.min(nextMs, await this.#lookAt(one))
    }
    if (own.length > 0) this.#lookWithin(nextMs - clock.nowMs())
  }

  /** Gives when to look at it again. */
  async #lookAt(before: OwnZone): Promise<number> {
    const { clock, holder, changed } = this.#parts
    const facts = holder.facts()
    const owner = facts.ownerOf(before.zone.name)
    if (owner === 'unknown') return clock.nowMs() + LOOK_AGAIN_MS
    if (owner !== this.#parts.account || before.zone.owner !== owner) {
      // It may come back, by a transfer or a renewal; `noticed` says so. Whoever held it has another's by then, or none.
      this.#telling.delete(before.key)
      return Infinity
    }
    const adopted = await this.#adopted(before)
    const own = isToBeSigned(adopted.zone, clock.nowMs()) ? await this.#signedAnew(adopted) : adopted
    if (judgeOpened(own, holder.facts()).verdict !== 'valid') return clock.nowMs() + LOOK_AGAIN_MS
    const telling = this.#tellingOf(own)
    if (isDue(telling.allAgainMs, clock.nowMs())) return (await this.#tellAll(own)).againMs
    if (whomToTell(telling.told, this.#around(own.key)).length === 0) return this.#againMs(own.key, telling)
    const publication = await this.#tell(own, telling)
    changed(own.zone.name)
    return publication.againMs
  }

  /** Another device of this account signed a newer one. */
  async #adopted(own: StampedZone): Promise<StampedZone> {
    const { holder, store, changed } = this.#parts
    const newest = holder.newestOf(own.key)
    if (newest === null || newest.zone.owner !== own.zone.owner || newer(newest, own) !== 'newer') return own
    store.putOwn(newest)
    changed(newest.zone.name)
    return newest
  }

  async #signedAnew(own: StampedZone): Promise<StampedZone> {
    const { accountKey, account, clock, store, holder, broadcast, log } = this.#parts
    const opened = await openZone(own.bytes)
    // A later version wrote it, with records that this one would lose.
    if (opened.outcome !== 'opened' || opened.signed.unknownRecords > 0) return own
    const { zone } = opened.signed
    const { network, name, records, ttlMs } = zone
    const built = await signZone(nextZone(zone, { network, name, owner: account, records, ttlMs }, clock.nowMs()), accountKey)
    if (built.outcome === 'refused') {
      log.error({ why: built.why }, 'a zone could not be signed anew')
      return own
    }
    store.putOwn(built.signed)
    holder.tell(built.signed)
    broadcast(built.signed.bytes).catch((error: unknown) => log.warn({ error }, 'a zone could not be broadcast'))
    return built.signed
  }

  async #tellAll(own: StampedZone): Promise<Publication> {
    const { clock, random, changed } = this.#parts
    const telling = this.#tellingOf(own)
    const nowMs = clock.nowMs()
    telling.told = beginAgain(telling.told, nowMs)
    telling.allAgainMs = nextOfAll(nowMs, random())
    const publication = await this.#tell(own, telling)
    changed(own.zone.name)
    return publication
  }

  /** Until enough of the nearest hold it, or nobody is left to ask. */
  async #tell(own: StampedZone, telling: Telling): Promise<Publication> {
    const { clock, store } = this.#parts
    const { signal } = this.#stop
    const asked = new Set<PeerId>()
    for (;;) {
      const next = whomToTell(telling.told, this.#around(own.key)).filter((peerId) => !asked.has(peerId))
      const now = next.slice(0, MAX_ASKED - asked.size)
      if (now.length === 0) break
      for (const peerId of now) asked.add(peerId)
      await inParallel(now, PUTS_AT_ONCE, (peerId) => this.#put(own, telling, peerId), signal)
      signal.throwIfAborted()
    }
    const { holders, failing } = telling.told
    const publication: Publication = {
      seq: own.zone.seq,
      atMs: Math.round(clock.nowMs()),
      held: holders.size,
      asked: holders.size + failing.size,
      againMs: Math.round(this.#againMs(own.key, telling)),
    }
    store.published(own.key, publication)
    return publication
  }

  async #put(own: StampedZone, telling: Telling, peerId: PeerId): Promise<void> {
    const { lines, holder, clock, random, log } = this.#parts
    let answer: PutAnswer | 'failed' = 'failed'
    const begunMs = clock.monotonicMs()
    if ((this.#slow.get(peerId) ?? -Infinity) > begunMs) {
      telling.told = afterAnswer(telling.told, peerId, answer, clock.nowMs(), random())
      return
    }
    this.#slow.delete(peerId)
    const { signal, release } = deadline(clock, PUT_TIMEOUT_MS, 'handing over a zone', this.#stop.signal)
    try {
      answer = await lines.put(peerId, holder.id, own.bytes, signal)
      if (answer.status !== 'held') log.debug({ answer }, 'a zone was not taken')
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const nowMs = clock.monotonicMs()
      if (nowMs - begunMs >= SLOW_MS) this.#slow.set(peerId, nowMs + SLOW_PAUSE_MS)
      log.debug({ error }, 'a zone could not be handed over')
    } finally {
      release()
    }
    telling.told = afterAnswer(telling.told, peerId, answer, clock.nowMs(), random())
  }

  #againMs(key: ZoneKey, telling: Telling): number {
    return Math.min(telling.allAgainMs, nextRetry(telling.told, this.#around(key)) ?? Infinity)
  }

  #tellingOf(own: StampedZone): Telling {
    const before = this.#telling.get(own.key)
    if (before !== undefined && before.seq === own.zone.seq) return before
    const publication = this.#parts.store.own(own.key)?.publication ?? null
    // Those who hold it are asked as they are met; all at once when the last time before a restart is long enough ago.
    const allAgainMs = publication?.seq === own.zone.seq ? nextOfAll(publication.atMs, 0) : -Infinity
    const telling = { seq: own.zone.seq, told: NOT_TOLD, allAgainMs }
    this.#telling.set(own.key, telling)
    return telling
  }

  #around(key: ZoneKey): Around {
    const peers = [...this.#parts.peers()]
    const places = new Map<PeerId, Place>()
    for (const peerId of peers) places.set(peerId, this.#places.get(peerId) ?? placeOfPeer(peerId))
    this.#places = places
    const placeOf = (peerId: PeerId): Place => places.get(peerId) ?? placeOfPeer(peerId)
    return { place: placeOfZone(key), peers, placeOf, nowMs: this.#parts.clock.nowMs() }
  }
}
