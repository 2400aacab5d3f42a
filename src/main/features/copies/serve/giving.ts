import type { PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Admission, RemotePeer } from '../../../platform/streams.ts'
import type { BlockId, CopyHandlers } from '../../../protocols/copy/index.ts'
import { MAX_STREAMS, MAX_STREAMS_OF_PEER, MAX_STREAMS_OF_STRANGERS } from '../limits.ts'
import type { BlockStore, TreeId } from '../store/block-store.ts'

export interface GivingParts {
  readonly store: BlockStore
  /** Whether this device has proven to be a contact's. */
  readonly isContact: (peerId: PeerId) => boolean
  readonly admits: (peer: RemotePeer, site: SiteName, signal: AbortSignal) => Promise<Admission>
  /** The tree that is given on under this name and root; null: none, or not any more. */
  readonly servedTree: (site: SiteName, root: BlockId) => TreeId | null
  readonly onGiven: (site: SiteName, bytes: number) => void
}

/**
 * Who is given what: whom the door lets visit the site, and of what is on this disk only blocks that lie under the root
 * that they named, while it is given on.
 */
export function createGiving(parts: GivingParts): CopyHandlers['blocks'] {
  const { store, servedTree } = parts
  const taken = new Map<PeerId, number>()
  let [all, ofStrangers] = [0, 0]

  function take(peerId: PeerId): (() => void) | null {
    const of = taken.get(peerId) ?? 0
    const asStranger = parts.isContact(peerId) ? 0 : 1
    if (all >= MAX_STREAMS || of >= MAX_STREAMS_OF_PEER) return null
    if (ofStrangers + asStranger > MAX_STREAMS_OF_STRANGERS) return null
    all += 1
    ofStrangers += asStranger
    taken.set(peerId, of + 1)
    return () => {
      all -= 1
      ofStrangers -= asStranger
      const left = (taken.get(peerId) ?? 0) - 1
      if (left > 0) taken.set(peerId, left)
      else taken.delete(peerId)
    }
  }

  return async (peer, { site, root }, gone) => {
    const giveBack = take(peer.peerId)
    if (giveBack === null) return 'busy'
    let isOpen = false
    try {
      const admission = await parts.admits(peer, site, gone)
      if (admission.verdict === 'refuse') return admission.code === 'version' ? 'denied' : admission.code
      if (servedTree(site, root) === null) return 'none'
      isOpen = true
      const give = async (id: BlockId): Promise<Uint8Array | null> => {
        // Asked each time: it may be dropped, or not be given on any more, while somebody reads it.
        const tree = servedTree(site, root)
        if (tree === null || !store.isOf(tree, id)) return null
        const block = await store.get(id)
        if (block !== null) parts.onGiven(site, block.byteLength)
        return block
      }
      return { give, over: giveBack }
    } finally {
      if (!isOpen) giveBack()
    }
  }
}
