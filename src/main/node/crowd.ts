import type { PeerId } from '../../shared/ids.ts'

/** All connections; what comes above it is refused. Each costs some 0.2 MB. */
export const MAX_CONNECTIONS = 300
/** Connections from outside. Of those 300, a third is left for those a person wants and those we dial. */
export const MAX_STRANGERS = 200
/** Of strangers in one subnet: an office behind one address, and less than it takes to fill the house. */
export const MAX_STRANGERS_OF_ONE = 64
/** Of one device: each network and transport of its own once, and again while old ones are not known to be gone. */
export const MAX_OF_ONE_PEER = 8
/**
 * New connections of one address in a second. A household behind one carrier's address reconnects together; 5, libp2p's
 * number, also fails ten peers on one machine. Each costs some 5 ms of handshake.
 */
export const MAX_ARRIVALS_OF_ONE = 20

/** Connections in their handshake at once: below what libp2p counts to, so that it never has to refuse one. */
export const MAX_HANDSHAKES = 48
/** Of one subnet: a household that reconnects together, each for a tenth of a second. */
export const MAX_HANDSHAKES_OF_ONE = 16

/** How many may be connected. A node that serves others, an introducer, takes more of each than a person's device. */
export interface CrowdLimits {
  readonly maxConnections: number
  readonly maxStrangers: number
  readonly maxStrangersOfOne: number
  readonly maxArrivalsOfOne: number
  readonly maxHandshakes: number
  readonly maxHandshakesOfOne: number
}

export const CROWD_LIMITS: CrowdLimits = {
  maxConnections: MAX_CONNECTIONS,
  maxStrangers: MAX_STRANGERS,
  maxStrangersOfOne: MAX_STRANGERS_OF_ONE,
  maxArrivalsOfOne: MAX_ARRIVALS_OF_ONE,
  maxHandshakes: MAX_HANDSHAKES,
  maxHandshakesOfOne: MAX_HANDSHAKES_OF_ONE,
}

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
export function excess(
  guests: readonly Guest[],
  { maxStrangers, maxStrangersOfOne }: Pick<CrowdLimits, 'maxStrangers' | 'maxStrangersOfOne'> = CROWD_LIMITS,
): string[] {
  const gone = new Set<Guest>()
  for (const ofPeer of Map.groupBy(guests, ({ peerId }) => peerId).values()) {
    for (const guest of ofPeer.slice(0, Math.max(0, ofPeer.length - MAX_OF_ONE_PEER))) gone.add(guest)
  }
  const strangers = guests.filter((guest) => !guest.isExpected && !gone.has(guest))
  const subnets = [...Map.groupBy(strangers, ({ subnet }) => subnet).values()]
  for (const ofSubnet of subnets) {
    for (const guest of ofSubnet.splice(0, Math.max(0, ofSubnet.length - maxStrangersOfOne))) gone.add(guest)
  }
  for (let over = subnets.flat().length - maxStrangers; over > 0; over -= 1) {
    const [oldest] = subnets.toSorted((a, b) => b.length - a.length)[0]?.splice(0, 1) ?? []
    if (oldest !== undefined) gone.add(oldest)
  }
  return [...gone].map(({ connection }) => connection)
}
