/*
 * Whether there is room for one more circuit. Pure.
 */

/**
 * Circuits in all. Each is at most four windows of 1 MiB, which takes two sides that both send and do not read; a small
 * machine survives 512 of those, and a thread cannot carry more of those that do read.
 */
export const MAX_CIRCUITS = 512
/** From one device to one other: a conversation, the circuit that takes over from it, and those still ending. */
const MAX_CIRCUITS_OF_A_PAIR = 4
/** To or from one subnet: whoever has a house full of devices, or of keys, leaves the others as much. */
const SHARE_OF_A_SUBNET = 1 / 2

/** From whom to whom a circuit is. */
export interface Ends {
  readonly pair: string
  /** Of both ends, without those that are not counted. */
  readonly subnets: readonly string[]
}

export type Room = { room: 'there-is' } | { room: 'none'; why: string }

/** Of `most` circuits, with these there already. */
export function roomFor(asked: Ends, there: readonly Ends[], most: number): Room {
  if (there.length >= most) return { room: 'none', why: 'all circuits are in use' }
  const ofPair = there.filter(({ pair }) => pair === asked.pair).length
  if (ofPair >= MAX_CIRCUITS_OF_A_PAIR) return { room: 'none', why: 'there are circuits between these two' }
  const isFull = (subnet: string): boolean =>
    there.filter(({ subnets }) => subnets.includes(subnet)).length >= most * SHARE_OF_A_SUBNET
  if (asked.subnets.some(isFull)) return { room: 'none', why: 'one subnet has half of all circuits' }
  return { room: 'there-is' }
}
