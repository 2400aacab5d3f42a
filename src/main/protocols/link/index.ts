/*
 * /latch/link/1.0.0: a device that has an account makes a new one of it. The new one read a code from the other's screen,
 * which holds its peer id and a secret of 128 bits; a person is before both.
 *
 *   new device                                      device that has the account
 *     | -- {v, nonce, key} --------------------------> |  is there a code?
 *     | <- {kind: "offer", nonce, key} --------------- |
 *     | -- {proof, mailKey, label} ------------------> |  HMAC: it knows the secret. The code is its own now
 *     | <- {kind: "proven", proof} ------------------- |
 *     |       both show three words, and a person at the old device says yes
 *     | <- {kind: "account", bytes}, {piece}, … ------ |  sealed under a key of this exchange
 *     | -- {kind: "whole"} --------------------------> |  everything is on the disk there: the list with it counts
 *     | <- {kind: "done"} ---------------------------- |
 *     | <- {kind: "refused", status} ----------------- |  instead of anything above
 *
 * Proven: both peer ids (Noise), and that both know the secret, bound to both peer ids and to the first frame of each, so that
 * nothing of it can be said again, or by somebody between. Not proven: that only the right device saw the code. That is what the
 * words are for. Drawn with its bytes in docs/wire/link.md.
 */
export { readCode, writeCode, type LinkInvitation } from './code.ts'
export { LINK_PROTOCOL, LINK_TERMS, MAX_ACCOUNT_BYTES, MAX_CODE_LASTS_MS, SECRET_BYTES } from './constants.ts'
export { LinkProtocolError, LinkRefusedError } from './errors.ts'
export type { Joining } from './joining.ts'
export { createLinkProtocol, type Joiner, type JoinRequest, type LinkHandlers, type LinkParts, type LinkProtocol } from './link-protocol.ts'
export type { LinkStatus } from './messages.ts'
