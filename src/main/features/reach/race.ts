import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt } from '../../../shared/model/reach.ts'
import { deadline, delay, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { wayOf } from './addresses.ts'
import { whyFailed } from './failure.ts'
import { MAX_RACE } from './limits.ts'
import type { ReachNetwork } from './types.ts'
import type { PlannedDial } from './upgrade-plan.ts'

export interface RaceParts {
  readonly network: Pick<ReachNetwork, 'dialOnly' | 'retire'>
  readonly clock: Clock
  readonly log: Log
  readonly note: (attempt: Attempt) => void
}

const WON = new Error('another address answered first')

/** Dials under way to one peer, of which one is to win. */
export interface Race {
  /** More addresses became known; those that were dialled already are not again. Nothing after it is over. */
  add(dials: readonly PlannedDial[]): void
  /** Resolves when one answered, or none did; never rejects. */
  readonly winner: Promise<RemotePeer | null>
}

/**
 * Dials each address at its time until one answers; the others are given up, and one that answers all the same is
 * closed. Every dial that began becomes an attempt.
 */
export function race(
  peerId: PeerId,
  dials: readonly PlannedDial[],
  { network, clock, log, note }: RaceParts,
  ended: AbortSignal,
): Race {
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, ended])
  const { promise, resolve } = Promise.withResolvers<RemotePeer | null>()
  const dialled = new Set<string>()
  let running = 0
  let winner: RemotePeer | null = null

  async function run({ address, afterMs, besideMs, timeoutMs }: PlannedDial): Promise<void> {
    if (afterMs > 0) await delay(clock, afterMs, signal).catch(() => {})
    const settled = new AbortController()
    const first = once(address, timeoutMs).finally(() => settled.abort())
    if (besideMs === null) return first
    const isSilent = delay(clock, besideMs, AbortSignal.any([signal, settled.signal]))
    await Promise.all([first, isSilent.then(() => once(address, timeoutMs - besideMs), () => {})])
  }

  async function once(address: string, timeoutMs: number): Promise<void> {
    if (signal.aborted) return
    const atMs = clock.nowMs()
    const startedMs = clock.monotonicMs()
    const told = (outcome: Attempt['outcome'], why: string | null, way = wayOf(address)): void => {
      const { transport, route } = way
      const tookMs = clock.monotonicMs() - startedMs
      note({ peerId, atMs, address, transport, route, outcome, tookMs, why })
    }
    const limit = deadline(clock, timeoutMs, 'a dial', signal)
    try {
      const peer = await network.dialOnly(peerId, address, limit.signal)
      if (winner === null && !ended.aborted) {
        winner = peer
        told('won', null, peer)
        return over.abort(WON)
      }
      told('late', null, peer)
      // The other side may use it by now: it goes once nothing runs on it.
      network.retire(peer.connection)
    } catch (error) {
      if (signal.aborted) return told('given-up', winner === null ? null : WON.message)
      log.debug({ peerId, error }, 'an address did not answer')
      told('failed', whyFailed(error))
    } finally {
      limit.release()
    }
  }

  function add(more: readonly PlannedDial[]): void {
    if (signal.aborted) return
    for (const dial of more) {
      if (dialled.has(dial.address) || dialled.size >= MAX_RACE) continue
      dialled.add(dial.address)
      running += 1
      void run(dial).finally(() => {
        running -= 1
        if (running > 0) return
        over.abort(WON)
        resolve(winner)
      })
    }
  }

  add(dials)
  if (running === 0) resolve(null)
  return { add, winner: promise }
}
