import { useEffect, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import type { Peer, Standing } from '../../../shared/model/peers.ts'
import { SECOND } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'

/** Conduct heals and rates fill up without an event: whoever looks at them asks this often. */
const ASK_EVERY_MS = 5 * SECOND

/** A peer's conduct as it is now, while its page is looked at. */
export function useStanding({ peerId, standing }: Pick<Peer, 'peerId' | 'standing'>): Standing {
  const client = useClient()
  const [asked, setAsked] = useState<{ of: PeerId; instead: Standing; standing: Standing } | null>(null)

  useEffect(() => {
    let isGone = false
    const ask = async (): Promise<void> => {
      if (document.visibilityState === 'hidden') return
      const peers = await client.peers.list()
      const found = peers.find((peer) => peer.peerId === peerId)
      if (!isGone && found !== undefined) setAsked({ of: peerId, instead: standing, standing: found.standing })
    }
    // What cannot be asked stays as it was heard last; the frame says that the node is away.
    const look = (): void => void ask().catch(() => {})
    const timer = setInterval(look, ASK_EVERY_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      isGone = true
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [client, peerId, standing])

  // An event that came since is the newer word.
  return asked !== null && asked.of === peerId && asked.instead === standing ? asked.standing : standing
}
