/*
 * /latch/app/1.0.0: a program of one person asks a program of another, through the door of the other.
 *
 *   asking program                     node │ node                         asked program
 *     | -- header {app, method, bytes} ---> | door: app:<id>?                    |
 *     | -- body, if it fits in one piece -> | -- request ----------------------> |
 *     | <- go-on -------------------------- | <------------------------- reads - |   only a body in pieces
 *     | -- body, in pieces ---------------> | ---------------------------------> |
 *     | <- header {status, bytes} --------- | <----------------------- replies - |
 *     | <- body --------------------------- | <--------------------------------- |
 *     |             both ends, or a reset: taken back, failed, too late          |
 *
 * Proven: the device at each end (Noise), and by its hello the account of who asks. Not proven: that what answers is
 * the program that its id says; the person there registered it, and nobody else vouches for it. Drawn with its bytes in
 * docs/wire/app.md.
 */
export { createAppProtocol, type AppProtocol, type AskedRequest, type ServedRequest } from './app-protocol.ts'
export { BodyReader, BodyWriter } from './body.ts'
export { APP_PROTOCOL, APP_TERMS, HEADER_TIMEOUT_MS, MAX_CHUNK_BYTES, MAX_HEADER_BYTES } from './constants.ts'
export { AppProtocolError, GoneError } from './errors.ts'
export { FinalHeader, RequestHeader, ResponseHeader, type FinalStatus } from './messages.ts'
