import type { PeerId } from '../../../../shared/ids.ts'
import { fewOfEach } from '../../../platform/addresses.ts'
import { MAX_HINTS, MAX_LINK_ADDRESSES } from './limits.ts'
import type { Hint } from './network-link.ts'

/**
 * What is known of where a network may be found, after `heard`, the newest first. A device that was named again without
 * an address keeps those it had; this device, `me`, needs no hint of itself.
 */
export function withHints(known: readonly Hint[], heard: readonly Hint[], me: PeerId): Hint[] {
  const hints = new Map<PeerId, Hint>()
  for (const { peerId, addresses } of [...heard, ...known]) {
    if (peerId === me) continue
    const before = hints.get(peerId)?.addresses ?? []
    if (before.length === 0) hints.set(peerId, { peerId, addresses: fewOfEach(addresses, MAX_LINK_ADDRESSES) })
  }
  return [...hints.values()].slice(0, MAX_HINTS)
}
