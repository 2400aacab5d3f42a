/*
 * /latch/square/1.0.0: how many hops a message of a public room took. Each device asks the one from which it had it:
 *
 *     reader                     neighbour                    author's device
 *        | {trace, id, depth: 15}   |                              |
 *        |------------------------->| {trace, id, depth: 14}       |
 *        |                          |----------------------------->|
 *        |                          |       {status: ok, hops: 0}  |
 *        |   {status: ok, hops: 1}  |<-----------------------------|
 *        |<-------------------------|
 *  hops: 2
 *
 * A number that nobody proves: it is for curiosity, and nothing goes by it. docs/wire/square.md.
 */
export { MAX_DEPTH, MAX_TRACE_BYTES, SQUARE_TERMS, STEP_TIMEOUT_MS, TRACE_TIMEOUT_MS } from './constants.ts'
export { SquareProtocolError } from './errors.ts'
export { decodeReply, decodeRequest, encodeReply, encodeRequest, type TraceReply, type TraceRequest } from './messages.ts'
export { createSquareProtocol, type SquareProtocol, type SquareProtocolParts } from './square-protocol.ts'
