import type { PeerId } from '../../../shared/ids.ts'
import { deadline } from '../../platform/clock.ts'
import { RTT_NEWS_SHARE, RTT_TIMEOUT_MS } from './limits.ts'
import type { PeersParts } from './parts.ts'
import type { Roster } from './roster.ts'

/** Measures the round trip of connected peers; tells only what is news. */
export class RoundTrips {
  readonly #parts: PeersParts
  readonly #roster: Roster
  readonly #stopping: AbortSignal

  constructor(parts: PeersParts, roster: Roster, stopping: AbortSignal) {
    this.#parts = parts
    this.#roster = roster
    this.#stopping = stopping
  }

  async measureAll(): Promise<void> {
    await Promise.all(this.#roster.live.ids().map((peerId) => this.measure(peerId)))
  }

  async measure(peerId: PeerId): Promise<void> {
    const { clock, log, network } = this.#parts
    const { signal, release } = deadline(clock, RTT_TIMEOUT_MS, 'a ping', this.#stopping)
    try {
      const rttMs = await network.ping(peerId, signal)
      const live = this.#roster.live.of(peerId)
      if (live === null) return
      const before = live.rttMs
      if (before !== null && Math.abs(before - rttMs) < Math.max(before * RTT_NEWS_SHARE, 1)) return
      live.rttMs = rttMs
      this.#roster.changed(peerId)
    } catch (error) {
      log.debug({ peerId, error }, 'no round trip measured')
    } finally {
      release()
    }
  }
}
