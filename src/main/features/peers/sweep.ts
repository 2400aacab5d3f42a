import type { PeerId } from '../../../shared/ids.ts'
import type { Log } from '../../platform/log.ts'
import { MAX_STORED } from './limits.ts'
import type { Network } from './types.ts'

/**
 * libp2p keeps a record of everybody who ever connected, and drops it only when it is asked for again. Beyond the bound,
 * those go that are neither remembered here nor connected. Gives how many went.
 */
export async function sweepStored(
  network: Pick<Network, 'stored' | 'forget'>,
  isWanted: (peerId: PeerId) => boolean,
  maxStored = MAX_STORED,
): Promise<number> {
  const strangers: PeerId[] = []
  let wanted = 0
  for await (const peerId of network.stored()) {
    if (isWanted(peerId)) wanted += 1
    else strangers.push(peerId)
  }
  const gone = strangers.slice(0, Math.max(0, wanted + strangers.length - maxStored))
  for (const peerId of gone) await network.forget(peerId)
  return gone.length
}

/** The same in the background: what comes of it is for the log. */
export async function sweep({ network, log }: { network: Network; log: Log }, isWanted: (peerId: PeerId) => boolean): Promise<void> {
  try {
    const gone = await sweepStored(network, isWanted)
    if (gone > 0) log.info({ gone }, 'dropped what libp2p kept of strangers')
  } catch (error) {
    log.warn({ error }, 'what libp2p keeps of strangers could not be counted')
  }
}
