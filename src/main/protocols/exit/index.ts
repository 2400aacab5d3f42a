/*
 * /latch/exit/1.0.0: out to the outside web through a device of a contact. One TCP connection to port 443 of a host over
 * one stream: the exit carries TLS that it cannot read.
 *
 *   who asks                                  exit
 *     | -- {host, port} --------------------> |  door: exit? a contact? resolve; is every address public?
 *     | <- {status: "open" | "denied" | …} -- |  connected to an address that was judged, and to no other
 *     | <------------------------- bytes ---> |  both ways, until both said their end
 *
 *     | -- {check: true} -------------------> |  door: exit?
 *     | <- {status: "open" | "denied" | …} -- |  and the end
 *
 * Proven: the device at each end (Noise), and by its hello the account of who asks. Not proven here: who the host is;
 * TLS inside says that, to whoever asked. Drawn with its bytes in docs/wire/exit.md.
 */
export { EXIT_PORT, EXIT_PROTOCOL, EXIT_TERMS, MAX_PIECE_BYTES } from './constants.ts'
export { ExitProtocolError, ExitRefusedError, type ExitRefusal } from './errors.ts'
export { createExitProtocol, type AskedOut, type ExitProtocol } from './exit-protocol.ts'
export { Answer, MAX_HOST_CHARACTERS, Opening, RefusedStatus } from './messages.ts'
