import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { readAddress } from '../../platform/addresses.ts'
import { deadline, delay } from '../../platform/clock.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { whyNotReached } from './failure.ts'
import { Keeper } from './keeper.ts'
import { DIAL_TIMEOUT_MS, GREET_AGAIN_MS, LAN_COURTESY_MS, MAX_LAN_STRANGERS, SILENT_MS } from './limits.ts'
import { bestOf } from './live.ts'
import type { PeersParts } from './parts.ts'
import { race, type RaceParts } from './race.ts'
import type { Roster } from './roster.ts'
import { waitMs } from './schedule.ts'
import { addressSources } from './sources.ts'

/** Makes connections: once when a person asks, again and again to those that are kept. */
export class Dialler {
  readonly keeper: Keeper
  readonly #parts: PeersParts
  readonly #roster: () => Roster
  readonly #stopping: AbortSignal
  /** Peers that a person disconnected: not dialled until a person says so. */
  readonly #held = new Set<PeerId>()
  /** Whoever wants a peer that is being dialled waits for the same. */
  readonly #racing = new Map<PeerId, Promise<RemotePeer>>()
  /** Strangers on the local network that were dialled, and when they may be again, on the monotonic clock. */
  readonly #lanStrangers = new Map<PeerId, number>()
  /** Addresses of the configuration. */
  readonly #configured = new Set<string>()
  /** When each peer that is kept was last announced, on the same clock. */
  readonly #heardOf = new Map<PeerId, number>()

  constructor(parts: PeersParts, roster: () => Roster, stopping: AbortSignal) {
    this.#parts = parts
    this.#roster = roster
    this.#stopping = stopping
    this.keeper = new Keeper({
      clock: parts.clock,
      random: parts.random,
      dial: async (peerId) => void (await this.dialPeer(peerId)),
      changed: (peerId) => roster().changed(peerId),
    })
  }

  /**
   * At any address that is known, or found now; the connection that is there, if one is. `passing`: where somebody who may
   * lie says that it is; nothing is written of it unless it connects. Errors: LatchError UNREACHABLE.
   */
  dialPeer(peerId: PeerId, passing: readonly string[] | null = null): Promise<RemotePeer> {
    const open = this.#open(peerId)
    if (open !== null) return Promise.resolve(open)
    const racing = this.#racing.get(peerId)
    if (racing !== undefined) return racing
    const told = passing === null ? [] : [several(passing)]
    const sources = (wanted: AbortSignal) => [...told, ...addressSources(peerId, this.#parts, this.#roster(), wanted)]
    const begun = this.#race(peerId, sources, { isNoted: passing === null }).finally(() => this.#racing.delete(peerId))
    this.#racing.set(peerId, begun)
    return begun
  }

  /** `peerId` null: whoever answers there. Errors: as dialPeer. */
  async dialAddress(address: string, peerId: PeerId | null): Promise<RemotePeer> {
    if (peerId === null) return this.#dial(null, (signal) => this.#parts.network.dial(address, signal))
    const open = this.#open(peerId)
    return open !== null && open.route !== 'relayed' ? open : this.#race(peerId, () => [several([address])], { typed: address })
  }

  /** All at once, but for those that a person disconnected. Errors: LatchError UNREACHABLE when none answers. */
  async dialAny(peerIds: readonly PeerId[]): Promise<PeerId[]> {
    const wanted = peerIds.filter((peerId) => !this.#held.has(peerId))
    const dials = await Promise.allSettled(wanted.map((peerId) => this.dialPeer(peerId)))
    const reached = dials.filter((dial) => dial.status === 'fulfilled').map((dial) => dial.value.peerId)
    if (reached.length > 0) return reached
    const failed = dials.find((dial) => dial.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    const why = peerIds.length > 0 ? 'You disconnected it; connect to it again.' : 'No device of theirs is known here.'
    throw new LatchError('UNREACHABLE', why)
  }

  keep(peerId: PeerId): void {
    if (!this.#held.has(peerId)) this.keeper.keep(peerId, this.#roster().live.has(peerId))
  }

  hold(peerId: PeerId): void {
    this.#held.add(peerId)
    this.keeper.release(peerId)
  }

  isHeld(peerId: PeerId): boolean {
    return this.#held.has(peerId)
  }

  /** A person wants it again. */
  unhold(peerId: PeerId): void {
    this.#held.delete(peerId)
  }

  /**
   * It was heard of just now: one that is kept is dialled without waiting, a stranger on the local network once, to
   * learn who it is.
   */
  heardOf(peerId: PeerId, me: PeerId, onLan: boolean): void {
    if (this.keeper.of(peerId) !== null && this.#wasSilent(peerId)) this.keeper.wake(peerId)
    const isBusy = this.#roster().live.has(peerId) || this.keeper.of(peerId) !== null || this.#held.has(peerId)
    if (onLan && !isBusy && this.#mayGreet(peerId)) this.#greet(peerId, me)
  }

  /** Dials an address of the configuration until it answers, and keeps whoever that is. */
  async keepBootstrap(text: string): Promise<void> {
    const { clock, log, random } = this.#parts
    const parsed = readAddress(text)
    if (parsed === null) return log.warn({}, 'a bootstrap address is none; left out')
    this.#configured.add(parsed.address)
    if (parsed.peerId !== null) {
      this.#roster().note(parsed.peerId, { foundBy: 'address', addresses: [parsed.address] })
      return this.keep(parsed.peerId)
    }
    for (let failures = 1; !this.#stopping.aborted; failures += 1) {
      try {
        const { peerId } = await this.dialAddress(parsed.address, null)
        this.#roster().note(peerId, { foundBy: 'address' })
        return this.keep(peerId)
      } catch {
        await delay(clock, waitMs(failures, random()), this.#stopping).catch(() => {})
      }
    }
  }

  /** Announcements come every ten seconds; a peer that cannot be reached all the same is not dialled as often. */
  #wasSilent(peerId: PeerId): boolean {
    const nowMs = this.#parts.clock.monotonicMs()
    const beforeMs = this.#heardOf.get(peerId) ?? -SILENT_MS
    this.#heardOf.set(peerId, nowMs)
    return nowMs - beforeMs >= SILENT_MS
  }

  #mayGreet(peerId: PeerId): boolean {
    const nowMs = this.#parts.clock.monotonicMs()
    for (const [stranger, againMs] of this.#lanStrangers) if (againMs <= nowMs) this.#lanStrangers.delete(stranger)
    return !this.#lanStrangers.has(peerId) && this.#lanStrangers.size < MAX_LAN_STRANGERS
  }

  #greet(peerId: PeerId, me: PeerId): void {
    const { clock } = this.#parts
    this.#lanStrangers.set(peerId, clock.monotonicMs() + GREET_AGAIN_MS)
    // Each hears of the other in the same moment: the higher id leaves the lower one the time to dial first.
    clock.after(me < peerId ? 0 : LAN_COURTESY_MS, () => {
      if (this.#stopping.aborted || this.#roster().live.has(peerId) || this.#held.has(peerId)) return
      // Why it failed is in the log and in the list; announced again later, it is tried again.
      void this.dialPeer(peerId).catch(() => {})
    })
  }

  #open(peerId: PeerId): RemotePeer | null {
    const live = this.#roster().live.of(peerId)
    return live === null ? null : bestOf(live, this.#parts.clock.nowMs())
  }

  /** `typed`: by a person just now. `isNoted`: how it goes is shown. */
  #race(
    peerId: PeerId,
    sources: RaceParts['sources'],
    { typed = null, isNoted = true }: { readonly typed?: string | null; readonly isNoted?: boolean } = {},
  ): Promise<RemotePeer> {
    const { clock, me, network } = this.#parts
    const connected = (introducer: PeerId): boolean => this.#roster().live.has(introducer)
    const isChosen = (address: string): boolean => address === typed || this.#configured.has(address)
    const parts: RaceParts = {
      clock,
      here: { me: me().peerId, listening: network.listening(), connected, isChosen },
      dial: (address, signal) => network.dialOnly(peerId, address, signal),
      leave: (connection) => network.retire(connection),
      attempted: (attempt) => network.attempted(attempt),
      sources,
    }
    return this.#dial(isNoted ? peerId : null, (signal) => race(peerId, parts, signal))
  }

  async #dial(peerId: PeerId | null, dial: (signal: AbortSignal) => Promise<RemotePeer>): Promise<RemotePeer> {
    const { clock, log } = this.#parts
    const { signal, release } = deadline(clock, DIAL_TIMEOUT_MS, 'connecting', this.#stopping)
    if (peerId !== null) this.#roster().dialStarted(peerId)
    let why: string | null = null
    try {
      return await dial(signal)
    } catch (cause) {
      why = whyNotReached(cause)
      log.debug({ peerId, error: cause }, 'not reached')
      throw new LatchError('UNREACHABLE', why, { cause })
    } finally {
      release()
      if (peerId !== null) this.#roster().dialEnded(peerId, why)
    }
  }
}

async function* several(addresses: readonly string[]): AsyncGenerator<readonly string[]> {
  yield addresses
}
