import type { PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type LedgerProtocol, MAX_ENTRIES } from '../../../protocols/ledger/index.ts'
import type { Hex } from '../bytes.ts'
import { decodeEntry, type Entry } from '../entry.ts'
import { isFinal } from '../pool.ts'
import type { Running } from '../types.ts'
import { LieError } from './faults.ts'
import { FETCHED_MS, MAX_FETCHED, TURN_MS } from './limits.ts'
import { Turns } from './pace.ts'

export interface PoolParts {
  readonly running: Pick<Running, 'network' | 'pool' | 'offer'>
  readonly protocol: Pick<LedgerProtocol, 'pool' | 'entries'>
  readonly clock: Clock
  readonly fetched: Fetched
  readonly passOn: (entry: Entry) => void
}

/**
 * Fetches what lies in the pool of a peer and not in ours, so that what was submitted while somebody was cut off comes to
 * those who make blocks. *Errors*: those of the protocol; LieError.
 */
export async function fetchPool(parts: PoolParts, peerId: PeerId, signal: AbortSignal): Promise<void> {
  const { running, protocol, clock, fetched, passOn } = parts
  const turns = new Turns(clock, TURN_MS)
  const ids = await protocol.pool(peerId, running.network, signal)
  const missing = ids.filter((id) => !running.pool.has(id) && fetched.isNew(id, clock.monotonicMs()))
  for (let at = 0; at < missing.length; at += MAX_ENTRIES) {
    const asked = missing.slice(at, at + MAX_ENTRIES)
    const wanted = new Set(asked)
    for (const bytes of await protocol.entries(peerId, running.network, asked, signal)) {
      const entry = decodeEntry(bytes)
      if (!wanted.delete(entry.id)) throw new LieError('an entry that was not asked for')
      fetched.add(entry.id, clock.monotonicMs())
      const verdict = running.offer(entry)
      if (isFinal(verdict)) throw new LieError('an entry that lies in no pool')
      if (verdict.outcome === 'taken') passOn(entry)
      await turns.next()
    }
  }
}

/** What was fetched from pools of late. */
export class Fetched {
  readonly #atMs = new Map<Hex, number>()

  isNew(id: Hex, nowMs: number): boolean {
    const atMs = this.#atMs.get(id)
    return atMs === undefined || nowMs - atMs >= FETCHED_MS
  }

  add(id: Hex, nowMs: number): void {
    this.#atMs.delete(id)
    this.#atMs.set(id, nowMs)
    const [oldest] = this.#atMs.keys()
    if (this.#atMs.size > MAX_FETCHED && oldest !== undefined) this.#atMs.delete(oldest)
  }
}
