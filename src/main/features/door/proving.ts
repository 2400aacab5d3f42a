import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'

/** What the door needs to know of a device that has proven its account. */
export interface ProvenDevice {
  readonly account: AccountId
  readonly claimedName: string
}

/** Who has proven which account: what hello knows. */
export interface Proofs {
  of(peerId: PeerId): ProvenDevice | null
  prove(peerId: PeerId, signal?: AbortSignal): Promise<ProvenDevice | null>
  devicesOf(account: AccountId): readonly PeerId[]
}

/** Waits so long for a proof, and no longer. A proof that fails is none. */
export async function provenWithin(
  { proofs, clock, log }: { proofs: Proofs; clock: Clock; log: Log },
  peerId: PeerId,
  limitMs: number,
  parent?: AbortSignal,
): Promise<ProvenDevice | null> {
  const known = proofs.of(peerId)
  if (known !== null) return known
  const { signal, release } = deadline(clock, limitMs, 'a proof', parent)
  const late = Promise.withResolvers<null>()
  signal.addEventListener('abort', () => late.resolve(null), { once: true })
  try {
    return await Promise.race([proofs.prove(peerId, signal), late.promise])
  } catch (error) {
    log.debug({ peer: peerId, error }, 'a proof failed')
    return null
  } finally {
    release()
  }
}
