import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { ValidationReport } from '../../../../shared/model/consensus.ts'
import type { Clock } from '../../../platform/clock.ts'
import { blockIdOf } from '../bytes.ts'
import type { Sync } from '../types.ts'
import { verifyChain } from '../verify-chain.ts'
import { VALIDATED_AT_ONCE } from './limits.ts'
import type { LiveChain } from './running.ts'

export interface ValidatingParts {
  readonly running: LiveChain
  readonly sync: Sync
  readonly clock: Clock
}

/** Our own chain where no peers are named, otherwise theirs, all at once. *Errors*: the signal's reason. */
export async function validateChains(
  parts: ValidatingParts,
  fromHeight: number,
  peers: readonly PeerId[] | 'all',
  signal: AbortSignal,
): Promise<ValidationReport[]> {
  const asked = peers === 'all' ? [...parts.sync.peers().keys()] : [...new Set(peers)]
  if (peers !== 'all' && asked.length === 0) return [await ownChain(parts, fromHeight, signal)]
  const some = asked.slice(0, VALIDATED_AT_ONCE)
  return Promise.all(some.map((peerId) => theirChain(parts, peerId, fromHeight, signal)))
}

async function ownChain({ running, clock }: ValidatingParts, fromHeight: number, signal: AbortSignal) {
  const sinceMs = clock.monotonicMs()
  const { chain, store, checkCertificate } = running
  const report = (result: ValidationReport['result']): ValidationReport => ({
    peerId: null,
    fromHeight,
    tookMs: clock.monotonicMs() - sinceMs,
    result,
  })
  if (chain.head.height === 0) return report({ outcome: 'refused', why: 'there is no block yet' })
  const checked = await verifyChain(chain, store, checkCertificate, fromHeight, signal)
  if (checked.outcome !== 'whole') return report(checked)
  const { head, height } = checked
  return report({ outcome: 'whole', head: blockIdOf(head), height, standing: 'same' })
}

/** That somebody cannot be asked is an answer too, where several are. */
async function theirChain(
  { sync, clock }: ValidatingParts,
  peerId: PeerId,
  fromHeight: number,
  signal: AbortSignal,
): Promise<ValidationReport> {
  const sinceMs = clock.monotonicMs()
  try {
    return await sync.validate(peerId, fromHeight, signal)
  } catch (error) {
    if (signal.aborted || !(error instanceof LatchError)) throw error
    const tookMs = clock.monotonicMs() - sinceMs
    return { peerId, fromHeight, tookMs, result: { outcome: 'refused', why: error.message } }
  }
}
