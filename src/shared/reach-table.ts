/* Written by scripts/lab.mjs, which measures it; see docs/reach.md. */

/** The places of the lab, from the most open to the most closed. */
export const REACH_PLACES = ['public', 'upnp', 'full-cone', 'address-restricted', 'port-restricted', 'double-nat', 'lossy', 'slow', 'symmetric', 'udp-blocked', 'only-443'] as const
export type ReachPlace = (typeof REACH_PLACES)[number]

/**
 * What Latch reached between two devices in these places: over which way it ended, and medians of the times from the
 * click on an invitation, rounded. *Shape:* every unordered pair once. `directMs` is null where only the relay is left.
 */
export interface ReachPair {
  readonly a: ReachPlace
  readonly b: ReachPlace
  readonly way: 'tcp' | 'webrtc' | 'relay'
  readonly connectedMs: number
  readonly firstMessageMs: number
  readonly directMs: number | null
}

export const REACH_TABLE: readonly ReachPair[] = [

]
