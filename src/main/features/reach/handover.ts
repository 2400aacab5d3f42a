import { multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt } from '../../../shared/model/reach.ts'
import { isHere, readAddress } from '../../platform/addresses.ts'
import type { Cancel } from '../../platform/clock.ts'
import type { Circuit, RemotePeer } from '../../platform/streams.ts'
import { relayAddressIn, throughOf } from './addresses.ts'
import { judgeFuel, measureSpeed, type Speed } from './fuel.ts'
import * as limits from './limits.ts'
import type { ReachParts } from './parts.ts'
import { race } from './race.ts'
import type { ReachFeature, ReachNetworkEvent } from './types.ts'

/** A circuit that will be cut. */
interface Burning {
  readonly peer: RemotePeer
  readonly through: PeerId
  /** When its time is over, on the monotonic clock; the wall clock may be set meanwhile. */
  readonly endsAtMs: number | null
  speed: Speed | null
  /** `handed`: the next circuit is there. */
  state: 'watched' | 'handing' | 'handed'
  failures: number
  notBeforeMs: number
  /** From when on it is to be left because its introducer goes. */
  leaveAtMs: number
}

export interface HandoverHooks {
  readonly note: (attempt: Attempt) => void
  readonly locate: ReachFeature['locate']
  readonly isDraining: (introducer: PeerId) => boolean
  /** Whether this device uses this introducer itself. */
  readonly isUsed: (introducer: PeerId) => boolean
}

/**
 * Opens the next circuit before the present one is cut, so that whatever runs over it moves without a gap. When, is
 * decided in fuel.ts; that the new one is used, and the old one closed when nothing needs it, is the network's.
 */
export class Handover {
  readonly #parts: ReachParts
  readonly #hooks: HandoverHooks
  readonly #connections = new Map<string, RemotePeer>()
  readonly #burning = new Map<string, Burning>()
  /** When each peer's last circuit was followed by another, on the monotonic clock. */
  readonly #handedAtMs = new Map<PeerId, number>()
  readonly #stopping = new AbortController()
  #again: Cancel = () => {}

  constructor(parts: ReachParts, hooks: HandoverHooks) {
    this.#parts = parts
    this.#hooks = hooks
  }

  start(): void {
    for (const peer of this.#parts.network.connections()) this.#opened(peer)
    this.look()
  }

  stop(): void {
    this.#stopping.abort(new Error('Latch is stopping'))
    this.#again()
  }

  onNetwork(event: ReachNetworkEvent): void {
    if (event.event === 'connected') this.#opened(event.peer)
    else if (event.event === 'disconnected') this.#closed(event.peer)
    else return
    this.look()
  }

  /** Its circuits are to move: those that this side dialled at once, others if their dialler did not. */
  draining(introducer: PeerId): void {
    const nowMs = this.#parts.clock.monotonicMs()
    for (const one of this.#burning.values()) {
      if (one.through !== introducer) continue
      one.leaveAtMs = one.peer.direction === 'outbound' ? nowMs : nowMs + limits.DRAIN_COURTESY_MS
    }
    this.look()
  }

  look(): void {
    if (this.#stopping.signal.aborted) return
    this.#again()
    const { clock } = this.#parts
    let soonestMs = Number.POSITIVE_INFINITY
    for (const one of this.#burning.values()) soonestMs = Math.min(soonestMs, this.#lookAt(one))
    if (Number.isFinite(soonestMs)) this.#again = clock.after(soonestMs, () => this.look())
  }

  /** In how many ms to look at it again. */
  #lookAt(one: Burning): number {
    const { clock, network } = this.#parts
    const nowMs = clock.monotonicMs()
    if (one.state !== 'watched') return limits.LATEST_LOOK_MS
    const circuit = network.circuit(one.peer.connection)
    if (circuit === null) return limits.LATEST_LOOK_MS
    one.speed = measureSpeed(one.speed, circuit.leftBytes, nowMs)
    if (isWellUsed(circuit)) this.#closeHanded(one.peer.peerId)
    const role = one.peer.direction === 'outbound' ? 'dialler' : 'other'
    const verdict = judgeFuel(
      { ...circuit, leftMs: this.#leftMs(one, circuit) },
      { bytesPerSecond: one.speed.bytesPerSecond, role },
    )
    const isLeaving = nowMs >= one.leaveAtMs
    if (verdict.verdict === 'enough' && !isLeaving) return verdict.lookAgainMs
    if (isLeaving && this.#isReplaced(one)) {
      this.#handed(one)
      return limits.LATEST_LOOK_MS
    }
    const isShortOfTime = !isLeaving && verdict.verdict === 'hand-over' && verdict.why === 'little time left'
    const notBeforeMs = Math.max(one.notBeforeMs, isShortOfTime ? this.#timedNotBeforeMs(one.peer.peerId) : 0)
    if (nowMs < notBeforeMs) return notBeforeMs - nowMs
    if (!this.#isWorthIt(one.peer.peerId)) return limits.NO_ROOM_LOOK_MS
    void this.#handOver(one, verdict.verdict === 'enough' ? 'its introducer goes' : verdict.why)
    return limits.LATEST_LOOK_MS
  }

  #timedNotBeforeMs(peerId: PeerId): number {
    const handedAtMs = this.#handedAtMs.get(peerId)
    return handedAtMs === undefined ? 0 : handedAtMs + limits.TIMED_HANDOVER_LEAST_MS
  }

  /** By the clock that says less: one stands still while the machine sleeps, somebody may have set the other. */
  #leftMs({ endsAtMs }: Burning, { untilMs }: Circuit): number | null {
    const { clock } = this.#parts
    if (endsAtMs === null || untilMs === null) return null
    return Math.min(endsAtMs - clock.monotonicMs(), untilMs - clock.nowMs())
  }

  /** Somebody here wants that peer, there is no direct connection, and no second circuit yet. */
  #isWorthIt(peerId: PeerId): boolean {
    const all = [...this.#connections.values()].filter((peer) => peer.peerId === peerId)
    const onlyRelayed = all.every(({ route }) => route === 'relayed')
    return onlyRelayed && all.length < limits.MAX_CIRCUITS && this.#parts.isWanted(peerId)
  }

  /** Its introducer goes, and the other side has opened a circuit elsewhere already. */
  #isReplaced({ peer }: Burning): boolean {
    return [...this.#connections.values()].some((other) => {
      const through = other.circuit?.through ?? null
      const stays = through === null || !this.#hooks.isDraining(through)
      return other.peerId === peer.peerId && other.connection !== peer.connection && stays
    })
  }

  #handed(one: Burning): void {
    one.state = 'handed'
    this.#parts.network.retire(one.peer.connection)
  }

  /**
   * The network closes what nothing runs on any more, after a while. At full speed that is too late: the next hand-over
   * waits for room. What still runs there by now would be cut soon.
   */
  #closeHanded(peerId: PeerId): void {
    const { log, network } = this.#parts
    for (const { peer, state } of this.#burning.values()) {
      if (peer.peerId !== peerId || state !== 'handed') continue
      network.close(peer.connection).catch((error: unknown) => log.debug({ peerId, error }, 'could not be closed'))
    }
  }

  async #handOver(one: Burning, why: string): Promise<void> {
    const { clock, log, network } = this.#parts
    const { peerId, connection } = one.peer
    one.state = 'handing'
    log.info({ peerId, connection, why }, 'opening the next circuit')
    const next = await this.#openNext(one).catch((error: unknown) => {
      log.warn({ peerId, error }, 'the next circuit could not be looked for')
      return null
    })
    if (!this.#burning.has(connection)) return
    if (next !== null && network.connections().some((peer) => peer.connection === next.connection)) {
      if (!this.#connections.has(next.connection)) this.#opened(next)
      this.#noteHanded(peerId)
      this.#handed(one)
    } else {
      one.state = 'watched'
      const waitMs = Math.min(limits.LONGEST_CIRCUIT_WAIT_MS, limits.CIRCUIT_WAIT_MS * 2 ** Math.min(one.failures, 30))
      one.failures += 1
      one.notBeforeMs = clock.monotonicMs() + waitMs
      log.warn({ peerId, connection }, 'no next circuit yet; what runs over this one may be cut')
    }
    this.look()
  }

  #noteHanded(peerId: PeerId): void {
    const nowMs = this.#parts.clock.monotonicMs()
    for (const [other, atMs] of this.#handedAtMs) {
      if (atMs + limits.TIMED_HANDOVER_LEAST_MS <= nowMs) this.#handedAtMs.delete(other)
    }
    this.#handedAtMs.set(peerId, nowMs)
  }

  async #openNext(one: Burning): Promise<RemotePeer | null> {
    const { clock, log, network } = this.#parts
    const { peerId } = one.peer
    const { note } = this.#hooks
    let tries = 0
    for await (const address of this.#ways(one)) {
      // A direct one may have come meanwhile, or the other side's circuit.
      if (!this.#isWorthIt(peerId) || (tries += 1) > limits.MAX_CIRCUIT_TRIES) return null
      const dial = { address, afterMs: 0, timeoutMs: limits.CIRCUIT_TIMEOUT_MS, besideMs: null }
      const next = await race(peerId, [dial], { network, clock, log, note }, this.#stopping.signal).winner
      if (next !== null) return next
    }
    return null
  }

  /** Circuits to try: through the same introducer, unless it goes; then through others that this peer named or uses. */
  async *#ways(one: Burning): AsyncGenerator<string> {
    const { network } = this.#parts
    const { address, peerId } = one.peer
    const tried = new Set<PeerId>()
    const isNew = (circuit: string): boolean => {
      const through = throughOf(circuit)
      if (through === null || tried.has(through) || this.#hooks.isDraining(through)) return false
      if (!this.#mayLeadThrough(through, circuit)) return false
      tried.add(through)
      return true
    }
    const whole = (circuit: string): string => `${readAddress(circuit)?.address ?? circuit}/p2p/${peerId}`
    if (one.leaveAtMs === Number.POSITIVE_INFINITY) yield whole(address)
    tried.add(one.through)
    for (const circuit of await network.addressesOf(peerId).catch(() => [])) if (isNew(circuit)) yield whole(circuit)
    for await (const { addresses } of this.#hooks.locate([peerId], this.#stopping.signal)) {
      for (const circuit of addresses) if (isNew(circuit)) yield whole(circuit)
    }
  }

  /** A peer may name any introducer; one on this machine only where this device uses it itself. */
  #mayLeadThrough(introducer: PeerId, circuit: string): boolean {
    const at = relayAddressIn(circuit)
    return at !== null && (!isHere(multiaddr(at.address)) || this.#hooks.isUsed(introducer))
  }

  #opened(peer: RemotePeer): void {
    this.#connections.set(peer.connection, peer)
    const { clock, network } = this.#parts
    const circuit = peer.circuit ?? network.circuit(peer.connection)
    if (peer.route !== 'relayed' || circuit === null) return
    const { dataBytes, untilMs, through } = circuit
    if (dataBytes === null && untilMs === null) return
    const isLeaving = this.#hooks.isDraining(through)
    this.#burning.set(peer.connection, {
      peer,
      through,
      endsAtMs: untilMs === null ? null : clock.monotonicMs() + untilMs - clock.nowMs(),
      speed: null,
      state: 'watched',
      failures: 0,
      notBeforeMs: 0,
      leaveAtMs: isLeaving ? clock.monotonicMs() + limits.DRAIN_COURTESY_MS : Number.POSITIVE_INFINITY,
    })
  }

  #closed(peer: RemotePeer): void {
    this.#connections.delete(peer.connection)
    this.#burning.delete(peer.connection)
    // What was to take over is gone: the other one is the one in use again.
    for (const one of this.#burning.values()) {
      if (one.peer.peerId === peer.peerId && one.state === 'handed') one.state = 'watched'
    }
  }
}

/** Whoever moved to it has done so by now. */
function isWellUsed({ dataBytes, leftBytes }: Circuit): boolean {
  return dataBytes !== null && leftBytes !== null && leftBytes < dataBytes * limits.WELL_USED_SHARE
}
