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
  { a: 'public', b: 'public', way: 'tcp', connectedMs: 20, firstMessageMs: 130, directMs: 20 },
  { a: 'public', b: 'upnp', way: 'tcp', connectedMs: 30, firstMessageMs: 280, directMs: 30 },
  { a: 'public', b: 'full-cone', way: 'tcp', connectedMs: 340, firstMessageMs: 530, directMs: 500 },
  { a: 'public', b: 'address-restricted', way: 'tcp', connectedMs: 360, firstMessageMs: 930, directMs: 660 },
  { a: 'public', b: 'port-restricted', way: 'tcp', connectedMs: 340, firstMessageMs: 600, directMs: 490 },
  { a: 'public', b: 'double-nat', way: 'tcp', connectedMs: 320, firstMessageMs: 510, directMs: 390 },
  { a: 'public', b: 'lossy', way: 'tcp', connectedMs: 470, firstMessageMs: 760, directMs: 530 },
  { a: 'public', b: 'slow', way: 'tcp', connectedMs: 1100, firstMessageMs: 2400, directMs: 2200 },
  { a: 'public', b: 'symmetric', way: 'tcp', connectedMs: 330, firstMessageMs: 470, directMs: 450 },
  { a: 'public', b: 'udp-blocked', way: 'tcp', connectedMs: 330, firstMessageMs: 520, directMs: 440 },
  { a: 'public', b: 'only-443', way: 'relay', connectedMs: 330, firstMessageMs: 430, directMs: null },
  { a: 'upnp', b: 'upnp', way: 'tcp', connectedMs: 30, firstMessageMs: 140, directMs: 30 },
  { a: 'upnp', b: 'full-cone', way: 'tcp', connectedMs: 320, firstMessageMs: 400, directMs: 370 },
  { a: 'upnp', b: 'address-restricted', way: 'tcp', connectedMs: 330, firstMessageMs: 450, directMs: 410 },
  { a: 'upnp', b: 'port-restricted', way: 'tcp', connectedMs: 320, firstMessageMs: 410, directMs: 390 },
  { a: 'upnp', b: 'double-nat', way: 'tcp', connectedMs: 330, firstMessageMs: 520, directMs: 500 },
  { a: 'upnp', b: 'lossy', way: 'tcp', connectedMs: 420, firstMessageMs: 510, directMs: 470 },
  { a: 'upnp', b: 'slow', way: 'tcp', connectedMs: 1100, firstMessageMs: 2400, directMs: 2200 },
  { a: 'upnp', b: 'symmetric', way: 'tcp', connectedMs: 340, firstMessageMs: 700, directMs: 640 },
  { a: 'upnp', b: 'udp-blocked', way: 'tcp', connectedMs: 320, firstMessageMs: 460, directMs: 370 },
  { a: 'upnp', b: 'only-443', way: 'relay', connectedMs: 330, firstMessageMs: 400, directMs: null },
  { a: 'full-cone', b: 'full-cone', way: 'webrtc', connectedMs: 340, firstMessageMs: 500, directMs: 600 },
  { a: 'full-cone', b: 'address-restricted', way: 'webrtc', connectedMs: 320, firstMessageMs: 380, directMs: 520 },
  { a: 'full-cone', b: 'port-restricted', way: 'webrtc', connectedMs: 330, firstMessageMs: 420, directMs: 530 },
  { a: 'full-cone', b: 'double-nat', way: 'webrtc', connectedMs: 340, firstMessageMs: 510, directMs: 1600 },
  { a: 'full-cone', b: 'lossy', way: 'webrtc', connectedMs: 340, firstMessageMs: 410, directMs: 500 },
  { a: 'full-cone', b: 'slow', way: 'webrtc', connectedMs: 1100, firstMessageMs: 2400, directMs: 4200 },
  { a: 'full-cone', b: 'symmetric', way: 'webrtc', connectedMs: 340, firstMessageMs: 400, directMs: 420 },
  { a: 'full-cone', b: 'udp-blocked', way: 'relay', connectedMs: 320, firstMessageMs: 390, directMs: null },
  { a: 'full-cone', b: 'only-443', way: 'relay', connectedMs: 330, firstMessageMs: 410, directMs: null },
  { a: 'address-restricted', b: 'address-restricted', way: 'webrtc', connectedMs: 340, firstMessageMs: 440, directMs: 530 },
  { a: 'address-restricted', b: 'port-restricted', way: 'webrtc', connectedMs: 330, firstMessageMs: 420, directMs: 490 },
  { a: 'address-restricted', b: 'double-nat', way: 'webrtc', connectedMs: 330, firstMessageMs: 460, directMs: 570 },
  { a: 'address-restricted', b: 'lossy', way: 'webrtc', connectedMs: 330, firstMessageMs: 820, directMs: 2000 },
  { a: 'address-restricted', b: 'slow', way: 'webrtc', connectedMs: 1200, firstMessageMs: 2500, directMs: 4900 },
  { a: 'address-restricted', b: 'symmetric', way: 'webrtc', connectedMs: 320, firstMessageMs: 520, directMs: 2000 },
  { a: 'address-restricted', b: 'udp-blocked', way: 'relay', connectedMs: 330, firstMessageMs: 390, directMs: null },
  { a: 'address-restricted', b: 'only-443', way: 'relay', connectedMs: 320, firstMessageMs: 370, directMs: null },
  { a: 'port-restricted', b: 'port-restricted', way: 'webrtc', connectedMs: 330, firstMessageMs: 470, directMs: 550 },
  { a: 'port-restricted', b: 'double-nat', way: 'webrtc', connectedMs: 320, firstMessageMs: 390, directMs: 520 },
  { a: 'port-restricted', b: 'lossy', way: 'webrtc', connectedMs: 770, firstMessageMs: 1500, directMs: 3300 },
  { a: 'port-restricted', b: 'slow', way: 'webrtc', connectedMs: 1100, firstMessageMs: 2400, directMs: 4800 },
  { a: 'port-restricted', b: 'symmetric', way: 'relay', connectedMs: 320, firstMessageMs: 390, directMs: null },
  { a: 'port-restricted', b: 'udp-blocked', way: 'relay', connectedMs: 380, firstMessageMs: 910, directMs: null },
  { a: 'port-restricted', b: 'only-443', way: 'relay', connectedMs: 390, firstMessageMs: 500, directMs: null },
  { a: 'double-nat', b: 'double-nat', way: 'webrtc', connectedMs: 360, firstMessageMs: 500, directMs: 3600 },
  { a: 'double-nat', b: 'lossy', way: 'webrtc', connectedMs: 330, firstMessageMs: 660, directMs: 1300 },
  { a: 'double-nat', b: 'slow', way: 'webrtc', connectedMs: 1100, firstMessageMs: 2400, directMs: 4700 },
  { a: 'double-nat', b: 'symmetric', way: 'relay', connectedMs: 330, firstMessageMs: 400, directMs: null },
  { a: 'double-nat', b: 'udp-blocked', way: 'relay', connectedMs: 370, firstMessageMs: 490, directMs: null },
  { a: 'double-nat', b: 'only-443', way: 'relay', connectedMs: 380, firstMessageMs: 610, directMs: null },
  { a: 'lossy', b: 'lossy', way: 'webrtc', connectedMs: 340, firstMessageMs: 1000, directMs: 2100 },
  { a: 'lossy', b: 'slow', way: 'webrtc', connectedMs: 1400, firstMessageMs: 3300, directMs: 5700 },
  { a: 'lossy', b: 'symmetric', way: 'relay', connectedMs: 480, firstMessageMs: 770, directMs: null },
  { a: 'lossy', b: 'udp-blocked', way: 'relay', connectedMs: 380, firstMessageMs: 1100, directMs: null },
  { a: 'lossy', b: 'only-443', way: 'relay', connectedMs: 330, firstMessageMs: 800, directMs: null },
  { a: 'slow', b: 'slow', way: 'webrtc', connectedMs: 2000, firstMessageMs: 4800, directMs: 9100 },
  { a: 'slow', b: 'symmetric', way: 'relay', connectedMs: 1200, firstMessageMs: 2400, directMs: null },
  { a: 'slow', b: 'udp-blocked', way: 'relay', connectedMs: 1200, firstMessageMs: 2400, directMs: null },
  { a: 'slow', b: 'only-443', way: 'relay', connectedMs: 1100, firstMessageMs: 2400, directMs: null },
  { a: 'symmetric', b: 'symmetric', way: 'relay', connectedMs: 320, firstMessageMs: 520, directMs: null },
  { a: 'symmetric', b: 'udp-blocked', way: 'relay', connectedMs: 320, firstMessageMs: 430, directMs: null },
  { a: 'symmetric', b: 'only-443', way: 'relay', connectedMs: 320, firstMessageMs: 390, directMs: null },
  { a: 'udp-blocked', b: 'udp-blocked', way: 'relay', connectedMs: 330, firstMessageMs: 410, directMs: null },
  { a: 'udp-blocked', b: 'only-443', way: 'relay', connectedMs: 340, firstMessageMs: 400, directMs: null },
  { a: 'only-443', b: 'only-443', way: 'relay', connectedMs: 320, firstMessageMs: 380, directMs: null },
]
