import type { PeerId } from '../../shared/ids.ts'

/** Connections from outside. Of libp2p's 300, a third is left for those a person wants and those we dial. */
export const MAX_STRANGERS = 200
/** Of strangers in one subnet: an office behind one address, and less than it takes to fill the house. */
export const MAX_STRANGERS_OF_ONE = 64
/** Of one device: each network and transport of its own once, and again while old ones are not known to be gone. */
export const MAX_OF_ONE_PEER = 8

/** A connection that came from outside. */
export interface Guest {
  readonly connection: string
  readonly peerId: PeerId
  /** Where it comes from; null for this machine. */
  readonly subnet: string | null
  /** A person wants connections with it: the device of a contact. */
  readonly isExpected: boolean
}

/**
 * The connections that are to go, so that strangers, however many, leave room for those who are expected. `guests`
 * oldest first: the oldest goes, as it had its time to knock, and its verdict finds it again.
 */
export function excess(guests: readonly Guest[]): string[] {
  const gone = new Set<Guest>()
  for (const ofPeer of Map.groupBy(guests, ({ peerId }) => peerId).values()) {
    for (const guest of ofPeer.slice(0, Math.max(0, ofPeer.length - MAX_OF_ONE_PEER))) gone.add(guest)
  }
  const strangers = guests.filter((guest) => !guest.isExpected && !gone.has(guest))
  const subnets = [...Map.groupBy(strangers, ({ subnet }) => subnet).values()]
  for (const ofSubnet of subnets) {
    for (const guest of ofSubnet.splice(0, Math.max(0, ofSubnet.length - MAX_STRANGERS_OF_ONE))) gone.add(guest)
  }
  for (let over = subnets.flat().length - MAX_STRANGERS; over > 0; over -= 1) {
    const [oldest] = subnets.toSorted((a, b) => b.length - a.length)[0]?.splice(0, 1) ?? []
    if (oldest !== undefined) gone.add(oldest)
  }
  return [...gone].map(({ connection }) => connection)
}
