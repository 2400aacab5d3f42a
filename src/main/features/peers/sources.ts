import type { PeerId } from '../../../shared/ids.ts'
import { deadline, delay } from '../../platform/clock.ts'
import { FIND_AFTER_MS, LOOK_UP_TIMEOUT_MS } from './limits.ts'
import type { PeersParts } from './parts.ts'
import type { Roster } from './roster.ts'

/**
 * Where the addresses of a peer come from: what is remembered, then what introducers and the DHT say, all at once. None
 * of them fails: what is not known there is known nowhere.
 */
export function addressSources(
  peerId: PeerId,
  parts: PeersParts,
  roster: Roster,
  wanted: AbortSignal,
): AsyncIterable<readonly string[]>[] {
  const { clock, log, network } = parts
  const remembered = roster.addressesOf(peerId)
  return [known(), located(), found()].map((source) => quiet(source))

  async function* known(): AsyncGenerator<readonly string[]> {
    if (remembered.length > 0) yield remembered
    const { addresses } = await network.about(peerId)
    yield addresses
  }

  async function* located(): AsyncGenerator<readonly string[]> {
    const limit = deadline(clock, LOOK_UP_TIMEOUT_MS, 'asking introducers', wanted)
    try {
      for await (const one of parts.introducers.locate?.([peerId], limit.signal) ?? []) {
        if (one.peerId !== peerId) continue
        roster.note(peerId, { foundBy: 'introducer' })
        yield one.addresses
      }
    } finally {
      limit.release()
    }
  }

  async function* found(): AsyncGenerator<readonly string[]> {
    if (remembered.length > 0) await delay(clock, FIND_AFTER_MS, wanted)
    const limit = deadline(clock, LOOK_UP_TIMEOUT_MS, 'a look-up in the DHT', wanted)
    try {
      yield await network.find(peerId, limit.signal)
    } finally {
      limit.release()
    }
  }

  async function* quiet(source: AsyncIterable<readonly string[]>): AsyncGenerator<readonly string[]> {
    try {
      yield* source
    } catch (error) {
      if (!wanted.aborted) log.debug({ peerId, error }, 'no address from there')
    }
  }
}
