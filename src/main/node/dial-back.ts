import { multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../shared/ids.ts'
import type { Annex } from './annex.ts'

/**
 * Whether `peerId` answers at `address`, tried with a connection of its own, which is closed again. Below the dial
 * queue, as that would be content with the connection that is open already. Rejects when nobody answers there.
 */
export async function dialBack(annex: Annex, address: string, peerId: PeerId, signal: AbortSignal): Promise<boolean> {
  const { transportManager } = annex.components
  const connection = await transportManager.dial(multiaddr(`${address}/p2p/${peerId}`), { signal })
  const isSame = connection.remotePeer.toString() === peerId
  await connection.close({ signal }).catch((error: Error) => connection.abort(error))
  return isSame
}
