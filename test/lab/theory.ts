import { TRAITS, type Kind, type Traits } from './kinds.ts'

/** The best way that physics leaves to two devices: TCP where it is known to work, else WebRTC, else an introducer. */
export type Way = 'tcp' | 'webrtc' | 'relay'

export interface Expected {
  readonly way: Way
  readonly why: string
}

/** Pure. What the best program could do, whatever ours does. */
export function expected(a: Kind, b: Kind): Expected {
  return between(TRAITS[a], TRAITS[b])
}

export function between(a: Traits, b: Traits): Expected {
  const doors = [...(mayDialAnyPort(b) ? [a.tcpIn] : []), ...(mayDialAnyPort(a) ? [b.tcpIn] : [])]
  if (doors.includes('open')) return { way: 'tcp', why: 'one side has an open port' }
  if (doors.includes('mapped')) return { way: 'tcp', why: 'the router of one side gave it a port' }
  if (!a.udp || !b.udp) return { way: 'relay', why: 'no open port in reach, and UDP is closed' }
  const [stable, other] = a.mapping === 'one for each' ? [b, a] : [a, b]
  if (stable.mapping === 'one for each') {
    return { way: 'relay', why: 'neither can tell the other at which address it will be seen' }
  }
  if (other.mapping !== 'one for each') return { way: 'webrtc', why: 'each can tell at which address it will be seen' }
  // The other comes from an address that nobody can know before: it must be let in without having been spoken to there.
  return stable.filtering === 'address and port'
    ? { way: 'relay', why: 'one comes from a port that the other side’s NAT was never told of' }
    : { way: 'webrtc', why: 'one comes from an unknown port, and the other side’s NAT lets it in' }
}

/** The longest that a pair may take from the first dial to the last byte, but for what loss itself makes slow. */
export function timeLimitMs(a: Kind, b: Kind): number {
  const roundTripMs = TRAITS[a].roundTripMs + TRAITS[b].roundTripMs
  const lossPercent = TRAITS[a].lossPercent + TRAITS[b].lossPercent
  // A TCP carries about a segment a round trip, divided by the square root of the loss (Mathis 1997): for 1,400 bytes,
  // 200 ms and 5 % that is 38 kB/s, at which 5 MB take more than two minutes.
  return roundTripMs > 0 && lossPercent > 0 ? 240_000 : 60_000
}

function mayDialAnyPort({ tcpOut }: Traits): boolean {
  return tcpOut === 'any'
}
