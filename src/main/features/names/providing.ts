import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import { type Cancel, type Clock, deadline } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Holder } from './holder.ts'
import { inParallel } from './in-parallel.ts'
import { judgeOpened } from './judge.ts'
import { HOLDERS, PUT_TIMEOUT_MS, PUTS_AT_ONCE, REPROVIDE_AT_ONCE, REPROVIDE_LOOK_MS } from './keeping-limits.ts'
import { PRUNE_EVERY_MS, REPROVIDE_EVERY_MS } from './limits.ts'
import type { Lines } from './lines.ts'
import { nearest, type Place, placeOfPeer, placeOfZone } from './near.ts'
import type { HeldZone, ZoneStore } from './zone-store.ts'

export interface ProvidingParts {
  readonly network: NetworkId
  readonly me: PeerId
  readonly store: ZoneStore
  readonly holder: Pick<Holder, 'id' | 'facts'>
  readonly lines: Pick<Lines, 'put'>
  /** Other devices of this network: those connected, and those that are known and may be dialled. */
  readonly peers: () => Iterable<PeerId>
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
}

/** Whether a zone is passed on, is no longer held, or cannot be judged now; a network of one has nobody to pass it on to. */
export type Provision = 'pass-on' | 'drop' | 'wait'

/** Pure but for what `facts` asks the ledger. */
export function provisionOf(zone: HeldZone, facts: ReturnType<Holder['facts']>): Provision {
  const judged = judgeOpened(zone, facts)
  if (judged.verdict === 'valid') return 'pass-on'
  // A clock that is wrong for an hour throws nothing away.
  return judged.verdict === 'unknown' || judged.code === 'clock' ? 'wait' : 'drop'
}

/**
 * Zones held for others go on to those nearest to them once an hour, as holders come and go. Whoever is handed one that it
 * holds already waits another hour itself, so that of all holders about one does it. What has expired, or is nobody's any
 * more, goes.
 */
export class Providing {
  readonly #parts: ProvidingParts
  readonly #stop = new AbortController()
  #round: Promise<unknown> = Promise.resolve()
  #cancelTimer: Cancel = () => {}
  #prunedMs = -Infinity

  constructor(parts: ProvidingParts) {
    this.#parts = parts
  }

  start(): void {
    const { clock, random, log } = this.#parts
    this.#cancelTimer = clock.after(REPROVIDE_LOOK_MS * (0.5 + random()), () => {
      this.#round = this.#look()
        .catch((error: unknown) => (this.#stop.signal.aborted ? undefined : log.error({ error }, 'passing on zones failed')))
        .finally(() => (this.#stop.signal.aborted ? undefined : this.start()))
    })
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'))
    this.#cancelTimer()
    await this.#round
  }

  async #look(): Promise<void> {
    const { store, network, clock, holder, peers, random } = this.#parts
    const nowMs = clock.nowMs()
    if (clock.monotonicMs() - this.#prunedMs >= PRUNE_EVERY_MS) {
      this.#prunedMs = clock.monotonicMs()
      store.prune(nowMs)
    }
    const around = [...peers()]
    const facts = holder.facts()
    // Who is silent once is not waited for at each zone.
    const silent = new Set<PeerId>()
    // Later by up to a tenth, drawn at each look: of several holders one is first, and the others hear of it.
    const beforeMs = nowMs - REPROVIDE_EVERY_MS * (1 + 0.1 * random())
    for (const zone of store.due(network, beforeMs, REPROVIDE_AT_ONCE)) {
      if (this.#stop.signal.aborted) return
      const provision = provisionOf(zone, facts)
      if (provision === 'drop') store.drop(zone.key)
      if (provision !== 'pass-on' || around.length === 0) continue
      await this.#passOn(zone, around, silent)
      store.provided(zone.key, clock.nowMs())
    }
  }

  async #passOn(zone: HeldZone, around: readonly PeerId[], silent: Set<PeerId>): Promise<void> {
    const { clock, lines, holder, me, log } = this.#parts
    const { signal } = this.#stop
    const places = new Map<PeerId, Place>([...around.filter((one) => !silent.has(one)), me].map((peerId) => [peerId, placeOfPeer(peerId)]))
    const placeOf = (peerId: PeerId): Place => places.get(peerId) ?? placeOfPeer(peerId)
    // This device is one of the holders, where it is near enough.
    const holders = nearest(placeOfZone(zone.key), places.keys(), placeOf, HOLDERS).filter((peerId) => peerId !== me)
    const put = async (peerId: PeerId): Promise<void> => {
      const inTime = deadline(clock, PUT_TIMEOUT_MS, 'passing on a zone', signal)
      await lines
        .put(peerId, holder.id, zone.bytes, inTime.signal)
        .catch((error: unknown) => {
          silent.add(peerId)
          log.debug({ error }, 'a zone was not passed on')
        })
        .finally(inTime.release)
    }
    await inParallel(holders, PUTS_AT_ONCE, put, signal)
    signal.throwIfAborted()
  }
}
