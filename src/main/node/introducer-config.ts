import type { IntroductionLimits, IntroductionLists } from '../features/introduction/types.ts'
import type { StunSocket } from '../protocols/stun/index.ts'

/** What makes a node an introducer that everybody may use, within these bounds. */
export interface IntroducerConfig {
  /** What it calls itself in its record. */
  readonly name: string
  /** Multiaddrs told to others; empty: those that are found. */
  readonly announce: readonly string[]
  /** Where STUN answers; empty: nowhere. */
  readonly stun: readonly StunSocket[]
  readonly limits: IntroductionLimits
  readonly lists: IntroductionLists
  readonly maxConnections: number
  /** Links or multiaddrs of others, to know and to name. */
  readonly introducers: readonly string[]
}
