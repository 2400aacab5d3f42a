import { isPeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Components } from './annex.ts'

type Manager = Pick<Components['connectionManager'], 'getConnections' | 'openConnection'>

/**
 * Where two dials to one address cross, libp2p cuts the connection that came second, with all that runs on it by then: ours
 * may have been the first to use it. Here both stay, and work leaves one of them (twins.ts).
 */
export function keepBoth(manager: Manager): void {
  const open = manager.openConnection.bind(manager)
  manager.openConnection = (to, options = {}) => {
    const peerId = peerIdIn(to)
    // `force` also makes libp2p dial where there is a connection: not where one is that it would give at once.
    const isThere =
      peerId !== null &&
      manager.getConnections(peerIdFromString(peerId)).some(({ limits, status }) => status === 'open' && limits === undefined)
    return open(to, isThere ? options : { ...options, force: true })
  }
}

/** Of addresses, all that have one have the same. */
function peerIdIn(to: Parameters<Manager['openConnection']>[0]): string | null {
  if (isPeerId(to)) return to.toString()
  for (const address of [to].flat()) {
    const [, peerId] = /\/p2p\/([^/]+)$/.exec(address.toString()) ?? []
    if (peerId !== undefined) return peerId
  }
  return null
}
