import type { PeerId } from '../../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../../shared/model/ledger.ts'
import { type Cancel, type Clock, deadline } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { type Id, MAX_WATCHED_KEYS, MAX_WATCHES } from '../../../protocols/names/index.ts'
import type { Lines } from '../lines.ts'
import { nearest, type Place, placeOfPeer, placeOfZone, zoneKey, type ZoneKey } from '../near.ts'
import type { NamesPeers } from '../types.ts'
import type { Around } from './around.ts'
import type { LedgerOf } from './ledger-of.ts'
import { MAX_PUSHED, NEAREST_WATCHED, WATCH_AFTER_MS, WATCH_ANSWER_MS, WATCH_RETRY_MS } from './limits.ts'

export interface WatchingParts {
  readonly network: NetworkId
  readonly id: Id
  readonly ledger: LedgerOf
  readonly peers: Pick<NamesPeers, 'devicesOf'>
  readonly around: Pick<Around, 'connected' | 'isConnected'>
  readonly lines: Pick<Lines, 'watch'>
  readonly clock: Clock
  readonly log: Log
  /** Those that are kept fresh; the first count. */
  readonly names: () => readonly NameLabel[]
  /** A zone came, of a key that was watched. Judged by whoever takes it. */
  readonly heard: (key: ZoneKey, zone: Uint8Array, from: PeerId) => void
}

/** What is watched at one peer. */
interface Watch {
  readonly keys: string
  readonly stops: (() => void)[]
  isOver: boolean
}

const MAX_KEYS = MAX_WATCHED_KEYS * MAX_WATCHES

/**
 * Asks those who are likely to hear of a name first to say so: a connected device of its owner, and the nearest others. So
 * news also comes to devices that gossip does not reach, as behind an introducer.
 */
export class Watching {
  readonly #parts: WatchingParts
  readonly #stop = new AbortController()
  readonly #watches = new Map<PeerId, Watch>()
  /** Who refused, and until when that stands, on the monotonic hand. */
  readonly #refused = new Map<PeerId, number>()
  readonly #begun = new Set<Promise<void>>()
  #places = new Map<PeerId, Place>()
  #cancelTimer: Cancel | null = null

  constructor(parts: WatchingParts) {
    this.#parts = parts
  }

  /** Somebody came or went, or other names are kept fresh: looked at shortly, with all else that changes until then. */
  noticed(): void {
    if (this.#stop.signal.aborted) return
    this.#cancelTimer ??= this.#parts.clock.after(WATCH_AFTER_MS, () => {
      this.#cancelTimer = null
      this.#look()
    })
  }

  connected(peerId: PeerId): void {
    this.#refused.delete(peerId)
    this.noticed()
  }

  disconnected(peerId: PeerId): void {
    this.#end(peerId)
    this.noticed()
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'))
    this.#cancelTimer?.()
    for (const peerId of this.#watches.keys()) this.#end(peerId)
    await Promise.all(this.#begun)
  }

  #look(): void {
    const wanted = this.#wanted()
    for (const [peerId, { keys }] of this.#watches) if (wanted.get(peerId)?.join() !== keys) this.#end(peerId)
    for (const [peerId, keys] of wanted) {
      if (this.#watches.has(peerId)) continue
      const watch: Watch = { keys: keys.join(), stops: [], isOver: false }
      this.#watches.set(peerId, watch)
      const beginning: Promise<void> = this.#begin(peerId, keys, watch).finally(() => this.#begun.delete(beginning))
      this.#begun.add(beginning)
    }
  }

  /** Which keys to watch at whom, in an order that is the same at each look. */
  #wanted(): Map<PeerId, ZoneKey[]> {
    const { network, ledger, peers, around, names, clock } = this.#parts
    const nowMs = clock.monotonicMs()
    for (const [peerId, untilMs] of this.#refused) if (untilMs <= nowMs) this.#refused.delete(peerId)
    const connected = around.connected().filter((peerId) => !this.#refused.has(peerId))
    const places = new Map(connected.map((peerId) => [peerId, this.#places.get(peerId) ?? placeOfPeer(peerId)]))
    this.#places = places
    const wanted = new Map<PeerId, ZoneKey[]>()
    for (const name of names().slice(0, MAX_PUSHED)) {
      const key = zoneKey(network, name)
      const owner = ledger.name(name)?.owner
      const ofOwner = owner === undefined ? undefined : peers.devicesOf(owner).find((peerId) => places.has(peerId))
      const others = connected.filter((peerId) => peerId !== ofOwner)
      const near = nearest(placeOfZone(key), others, (peerId) => places.get(peerId) ?? placeOfPeer(peerId), NEAREST_WATCHED)
      for (const peerId of ofOwner === undefined ? near : [ofOwner, ...near]) {
        const keys = wanted.get(peerId) ?? []
        if (keys.length < MAX_KEYS) wanted.set(peerId, [...keys, key])
      }
    }
    for (const keys of wanted.values()) keys.sort()
    return wanted
  }

  /** Never rejects. */
  async #begin(peerId: PeerId, keys: readonly ZoneKey[], watch: Watch): Promise<void> {
    const { lines, id, clock, log, heard } = this.#parts
    const limit = deadline(clock, WATCH_ANSWER_MS, 'a watch', this.#stop.signal)
    const on = {
      heard: (key: Id, zone: Uint8Array): void => (watch.isOver ? undefined : heard(key, zone, peerId)),
      gone: (): void => this.#gone(peerId, watch),
    }
    try {
      for (let at = 0; at < keys.length; at += MAX_WATCHED_KEYS) {
        const answer = await lines.watch(peerId, id, keys.slice(at, at + MAX_WATCHED_KEYS), on, limit.signal)
        if (answer.status !== 'watching') return this.#refuse(peerId, watch, answer.status)
        if (watch.isOver) return answer.stop()
        watch.stops.push(answer.stop)
      }
    } catch (error) {
      log.debug({ error }, 'a name could not be watched')
      this.#refuse(peerId, watch, 'failed')
    } finally {
      limit.release()
    }
  }

  #refuse(peerId: PeerId, watch: Watch, why: string): void {
    if (watch.isOver) return
    this.#parts.log.debug({ why }, 'a watch was refused')
    this.#refused.set(peerId, this.#parts.clock.monotonicMs() + WATCH_RETRY_MS)
    this.#gone(peerId, watch)
  }

  /** Its stream ended: another one is asked, or the same one again. */
  #gone(peerId: PeerId, watch: Watch): void {
    if (watch.isOver || this.#watches.get(peerId) !== watch) return
    this.#end(peerId)
    this.noticed()
  }

  #end(peerId: PeerId): void {
    const watch = this.#watches.get(peerId)
    if (watch === undefined) return
    watch.isOver = true
    this.#watches.delete(peerId)
    for (const stop of watch.stops) stop()
  }
}
