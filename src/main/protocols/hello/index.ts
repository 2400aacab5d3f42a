/*
 * /latch/hello/1.0.0: who stands behind a peer id. Open to strangers, as nothing can be decided about somebody who has
 * not said who they are.
 *
 *     dialler                                         answerer
 *        | {version, deviceList, name, agent}            |
 *        |---------------------------------------------->|  judges
 *        |      {version, deviceList, name, agent}       |
 *        |<----------------------------------------------|  or {status, newest?}, and the end
 * judges | {status: ok}, or {status, newest?}            |
 *        |---------------------------------------------->|
 *
 * Proven: the peer id, by Noise, before any of this; the account, by its signature over a list that holds that peer id.
 * A hello replayed by another peer fails, as the list does not hold it. Not proven, by anybody: the name and the agent.
 * An account that is refused says nothing of itself to the answerer, and the answerer nothing to it.
 *
 * Frames of at most 16 KiB, 5 s for the whole exchange, two inbound streams on a connection. docs/wire/hello.md.
 */
export { HELLO_TERMS, HELLO_TIMEOUT_MS, HELLO_VERSION, MAX_HELLO_BYTES, POINTS } from './constants.ts'
export {
  createHelloProtocol,
  type Greeting,
  type HelloParts,
  type HelloParty,
  type HelloProtocol,
  type Judgement,
} from './hello-protocol.ts'
export { cleanText, type Hello, type Refusal, type RefusalStatus } from './messages.ts'
