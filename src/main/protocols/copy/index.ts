/*
 * /latch/copy/1.0.0: blocks of a site that is a tree of them, from whoever has a copy; and who that is.
 *
 *   reader                                            holder
 *     | -- {as: "blocks", site, root} ---------------> |  door: visit? a copy that is given on?
 *     | <- {status: "open" | "none" | "denied" | …} -- |
 *     | -- {kind: "want", first: 1, cids} -----------> |  as many as it likes, before the first is answered
 *     | <----------- more 1, more 1, last 1, none 2 -- |  in any order, the pieces of one together
 *     | -- {kind: "cancel", numbers} ----------------> |
 *
 *     | -- {as: "provide", root} --------------------> |  device near the root: remembered for a day
 *     | -- {as: "who", root} ------------------------> |
 *     | <----------------- {status: "told", peers} --- |
 *
 * Proven here: the device at each end (Noise), forms and bounds. Not proven here: that a block is the one that its CID
 * names, which the reader checks before it uses a byte; that whoever is named by `who` has anything. Drawn with its bytes
 * in docs/wire/copy.md.
 */
export type { CopyChannel } from './channel.ts'
export { COPY_PROTOCOL, COPY_TERMS, MAX_BLOCK_BYTES, MAX_WANTS_WAITING, MAX_WHO } from './constants.ts'
export { CopyProtocolError, CopyRefusedError, type CopyRefusal } from './errors.ts'
export { bytesOf, hexOf, isBlockId, type BlockId, type RefusedStatus } from './messages.ts'
export { createCopyProtocol, type CopyHandlers, type CopyProtocol } from './copy-protocol.ts'
export type { GiveBlock } from './serving.ts'
