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
  { a: 'public', b: 'public', way: 'tcp', connectedMs: 90, firstMessageMs: 470, directMs: 90 },
  { a: 'public', b: 'upnp', way: 'tcp', connectedMs: 30, firstMessageMs: 90, directMs: 30 },
  { a: 'public', b: 'full-cone', way: 'tcp', connectedMs: 380, firstMessageMs: 670, directMs: 660 },
  { a: 'public', b: 'address-restricted', way: 'tcp', connectedMs: 390, firstMessageMs: 1000, directMs: 1100 },
  { a: 'public', b: 'port-restricted', way: 'tcp', connectedMs: 530, firstMessageMs: 900, directMs: 640 },
  { a: 'public', b: 'double-nat', way: 'tcp', connectedMs: 340, firstMessageMs: 490, directMs: 430 },
  { a: 'public', b: 'lossy', way: 'tcp', connectedMs: 360, firstMessageMs: 590, directMs: 450 },
  { a: 'public', b: 'slow', way: 'tcp', connectedMs: 1200, firstMessageMs: 2500, directMs: 2300 },
  { a: 'public', b: 'symmetric', way: 'tcp', connectedMs: 330, firstMessageMs: 600, directMs: 520 },
  { a: 'public', b: 'udp-blocked', way: 'tcp', connectedMs: 380, firstMessageMs: 700, directMs: 650 },
  { a: 'public', b: 'only-443', way: 'relay', connectedMs: 360, firstMessageMs: 590, directMs: null },
  { a: 'upnp', b: 'upnp', way: 'tcp', connectedMs: 260, firstMessageMs: 580, directMs: 260 },
  { a: 'upnp', b: 'full-cone', way: 'tcp', connectedMs: 340, firstMessageMs: 560, directMs: 420 },
  { a: 'upnp', b: 'address-restricted', way: 'tcp', connectedMs: 370, firstMessageMs: 560, directMs: 470 },
  { a: 'upnp', b: 'port-restricted', way: 'tcp', connectedMs: 350, firstMessageMs: 500, directMs: 460 },
  { a: 'upnp', b: 'double-nat', way: 'tcp', connectedMs: 330, firstMessageMs: 530, directMs: 450 },
  { a: 'upnp', b: 'lossy', way: 'tcp', connectedMs: 340, firstMessageMs: 620, directMs: 430 },
  { a: 'upnp', b: 'slow', way: 'tcp', connectedMs: 1100, firstMessageMs: 2400, directMs: 2200 },
  { a: 'upnp', b: 'symmetric', way: 'tcp', connectedMs: 330, firstMessageMs: 440, directMs: 430 },
  { a: 'upnp', b: 'udp-blocked', way: 'tcp', connectedMs: 340, firstMessageMs: 490, directMs: 420 },
  { a: 'upnp', b: 'only-443', way: 'relay', connectedMs: 320, firstMessageMs: 390, directMs: null },
  { a: 'full-cone', b: 'full-cone', way: 'webrtc', connectedMs: 340, firstMessageMs: 430, directMs: 480 },
  { a: 'full-cone', b: 'address-restricted', way: 'webrtc', connectedMs: 340, firstMessageMs: 400, directMs: 470 },
  { a: 'full-cone', b: 'port-restricted', way: 'webrtc', connectedMs: 340, firstMessageMs: 470, directMs: 630 },
  { a: 'full-cone', b: 'double-nat', way: 'webrtc', connectedMs: 350, firstMessageMs: 600, directMs: 770 },
  { a: 'full-cone', b: 'lossy', way: 'webrtc', connectedMs: 320, firstMessageMs: 410, directMs: 1600 },
  { a: 'full-cone', b: 'slow', way: 'webrtc', connectedMs: 1100, firstMessageMs: 2800, directMs: 4600 },
  { a: 'full-cone', b: 'symmetric', way: 'webrtc', connectedMs: 320, firstMessageMs: 390, directMs: 600 },
  { a: 'full-cone', b: 'udp-blocked', way: 'relay', connectedMs: 360, firstMessageMs: 420, directMs: null },
  { a: 'full-cone', b: 'only-443', way: 'relay', connectedMs: 330, firstMessageMs: 450, directMs: null },
  { a: 'address-restricted', b: 'address-restricted', way: 'webrtc', connectedMs: 370, firstMessageMs: 510, directMs: 640 },
  { a: 'address-restricted', b: 'port-restricted', way: 'webrtc', connectedMs: 330, firstMessageMs: 540, directMs: 770 },
  { a: 'address-restricted', b: 'double-nat', way: 'webrtc', connectedMs: 370, firstMessageMs: 720, directMs: 1800 },
  { a: 'address-restricted', b: 'lossy', way: 'webrtc', connectedMs: 350, firstMessageMs: 670, directMs: 950 },
  { a: 'address-restricted', b: 'slow', way: 'webrtc', connectedMs: 1200, firstMessageMs: 2500, directMs: 4900 },
  { a: 'address-restricted', b: 'symmetric', way: 'webrtc', connectedMs: 340, firstMessageMs: 540, directMs: 2100 },
  { a: 'address-restricted', b: 'udp-blocked', way: 'relay', connectedMs: 360, firstMessageMs: 730, directMs: null },
  { a: 'address-restricted', b: 'only-443', way: 'relay', connectedMs: 350, firstMessageMs: 600, directMs: null },
  { a: 'port-restricted', b: 'port-restricted', way: 'webrtc', connectedMs: 350, firstMessageMs: 770, directMs: 950 },
  { a: 'port-restricted', b: 'double-nat', way: 'webrtc', connectedMs: 360, firstMessageMs: 510, directMs: 630 },
  { a: 'port-restricted', b: 'lossy', way: 'webrtc', connectedMs: 350, firstMessageMs: 740, directMs: 5300 },
  { a: 'port-restricted', b: 'slow', way: 'webrtc', connectedMs: 1600, firstMessageMs: 3000, directMs: 5400 },
  { a: 'port-restricted', b: 'symmetric', way: 'relay', connectedMs: 330, firstMessageMs: 470, directMs: null },
  { a: 'port-restricted', b: 'udp-blocked', way: 'relay', connectedMs: 330, firstMessageMs: 580, directMs: null },
  { a: 'port-restricted', b: 'only-443', way: 'relay', connectedMs: 360, firstMessageMs: 830, directMs: null },
  { a: 'double-nat', b: 'double-nat', way: 'webrtc', connectedMs: 360, firstMessageMs: 510, directMs: 640 },
  { a: 'double-nat', b: 'lossy', way: 'webrtc', connectedMs: 490, firstMessageMs: 940, directMs: 1100 },
  { a: 'double-nat', b: 'slow', way: 'webrtc', connectedMs: 1200, firstMessageMs: 2800, directMs: 5300 },
  { a: 'double-nat', b: 'symmetric', way: 'relay', connectedMs: 350, firstMessageMs: 480, directMs: null },
  { a: 'double-nat', b: 'udp-blocked', way: 'relay', connectedMs: 380, firstMessageMs: 570, directMs: null },
  { a: 'double-nat', b: 'only-443', way: 'relay', connectedMs: 380, firstMessageMs: 980, directMs: null },
  { a: 'lossy', b: 'lossy', way: 'webrtc', connectedMs: 590, firstMessageMs: 1400, directMs: 3300 },
  { a: 'lossy', b: 'slow', way: 'webrtc', connectedMs: 1200, firstMessageMs: 3100, directMs: 7300 },
  { a: 'lossy', b: 'symmetric', way: 'relay', connectedMs: 400, firstMessageMs: 860, directMs: null },
  { a: 'lossy', b: 'udp-blocked', way: 'relay', connectedMs: 350, firstMessageMs: 840, directMs: null },
  { a: 'lossy', b: 'only-443', way: 'relay', connectedMs: 330, firstMessageMs: 1100, directMs: null },
  { a: 'slow', b: 'slow', way: 'webrtc', connectedMs: 2200, firstMessageMs: 4900, directMs: 9600 },
  { a: 'slow', b: 'symmetric', way: 'relay', connectedMs: 1300, firstMessageMs: 2600, directMs: null },
  { a: 'slow', b: 'udp-blocked', way: 'relay', connectedMs: 1300, firstMessageMs: 2600, directMs: null },
  { a: 'slow', b: 'only-443', way: 'relay', connectedMs: 1300, firstMessageMs: 2800, directMs: null },
  { a: 'symmetric', b: 'symmetric', way: 'relay', connectedMs: 340, firstMessageMs: 520, directMs: null },
  { a: 'symmetric', b: 'udp-blocked', way: 'relay', connectedMs: 340, firstMessageMs: 460, directMs: null },
  { a: 'symmetric', b: 'only-443', way: 'relay', connectedMs: 400, firstMessageMs: 600, directMs: null },
  { a: 'udp-blocked', b: 'udp-blocked', way: 'relay', connectedMs: 390, firstMessageMs: 750, directMs: null },
  { a: 'udp-blocked', b: 'only-443', way: 'relay', connectedMs: 370, firstMessageMs: 510, directMs: null },
  { a: 'only-443', b: 'only-443', way: 'relay', connectedMs: 320, firstMessageMs: 410, directMs: null },
]
