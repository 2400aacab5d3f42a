/*
 * /latch/site/1.0.0: a site of one person, opened by another: HTTP/1.1 over one stream, through the door of its owner.
 *
 *   visitor                                   owner's device
 *     | -- {site, as: "http", path} ----------> |  door: visit? published?
 *     | -- HTTP, as it comes -----------------> |  waits until it is open
 *     | <- {status: "open" | "denied" | …} ---- |
 *     | <----------------------------- HTTP --- |  both ways, until both said their end; keep-alive, upgrades
 *
 * Proven: the device at each end (Noise), and by its hello the account of who visits. Not proven here: that the owner of
 * the name pointed it at this device; its zone says so, and whoever asks has looked it up. Drawn with its bytes in
 * docs/wire/site.md.
 */
export { MAX_PIECE_BYTES, SENT_PIECE_BYTES, SITE_PROTOCOL, SITE_TERMS } from './constants.ts'
export { SiteProtocolError, SiteRefusedError, type SiteRefusal } from './errors.ts'
export { Answer, Opening, RefusedStatus } from './messages.ts'
export { createSiteProtocol, type SiteProtocol, type Visit } from './site-protocol.ts'
export { SiteStream } from './site-stream.ts'
