/*
 * STUN binding over UDP: a device asks a server which address it is seen at.
 *
 *   device                          server                       another port or address of it
 *     | -- binding request ---------> |                                |
 *     | <- success {mapped, other} -- |                                |
 *     | -- request {change} --------> | ------------------------------ |
 *     | <- success {mapped} ------------------------------------------ |   only if the NAT lets it in
 *
 * Proven: nothing but that whoever answers saw the request, by 96 random bits. Not proven here: that the address is
 * told truly, so an address from STUN is tried before it is believed. Drawn with its bytes in docs/wire/stun.md.
 */
export { textOf as stunText } from './nat.ts'
export { createProbeNat, type ProbeParts } from './probe.ts'
export { serveStun, type StunParts } from './responder.ts'
export type { ProbeNat, StunCounters, StunResponder, StunSocket } from './types.ts'
