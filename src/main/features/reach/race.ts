import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt } from '../../../shared/model/reach.ts'
import { deadline, delay, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { wayOf } from './addresses.ts'
import { whyFailed } from './failure.ts'
import type { ReachNetwork } from './types.ts'
import type { PlannedDial } from './upgrade-plan.ts'

export interface RaceParts {
  readonly network: Pick<ReachNetwork, 'dialOnly' | 'close'>
  readonly clock: Clock
  readonly log: Log
  readonly note: (attempt: Attempt) => void
}

const WON = new Error('another address answered first')

/**
 * Dials each address at its time until one answers; the others are given up, and one that answers all the same is
 * closed. Every dial that began becomes an attempt. Resolves with the winner, or null; never rejects.
 */
export async function race(
  peerId: PeerId,
  dials: readonly PlannedDial[],
  { network, clock, log, note }: RaceParts,
  ended: AbortSignal,
): Promise<RemotePeer | null> {
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, ended])
  let winner: RemotePeer | null = null

  async function run({ address, afterMs, timeoutMs }: PlannedDial): Promise<void> {
    try {
      if (afterMs > 0) await delay(clock, afterMs, signal)
      signal.throwIfAborted()
    } catch {
      return
    }
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
      await network.close(peer.connection)
    } catch (error) {
      if (signal.aborted) return told('given-up', winner === null ? null : WON.message)
      log.debug({ peerId, error }, 'an address did not answer')
      told('failed', whyFailed(error))
    } finally {
      limit.release()
    }
  }

  await Promise.all(dials.map(run))
  return winner
}
