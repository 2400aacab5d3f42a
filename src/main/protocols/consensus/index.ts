/*
 * /latch/consensus/1.0.0: validators of one network agree on one block for a slot.
 *
 *   leader              validator                    another
 *     | -- value [l] ------> | -- value [l, v] --------> |   the block beside it, for those who may lack it
 *     | <----- value [l, v] -|                           |
 *     | <-- heard {lateMs} --|                           |   how late it came, by the two clocks
 *     |                      | -- quorum {firsts,        |
 *     |                      |     commits} -----------> |   so many took it first: decided at once
 *     |                      | -- commit --------------> |   after the last round, where there was no quorum
 *
 * A stream goes one way: each side opens one for what it has to say, and it lives as long as the connection. Proven here:
 * the device at each end (Noise), sizes and forms. Not proven here: any signature; features/consensus checks each, and
 * takes nobody's word for who signed. Drawn with its bytes in docs/wire/consensus.md.
 */
export {
  CONSENSUS_TERMS,
  KEY_BYTES,
  MAX_FRAME_BYTES,
  MAX_OFFSET_MS,
  MAX_PAYLOAD_BYTES,
  MAX_VALIDATORS,
  SESSION_BYTES,
  SIGNATURE_BYTES,
  VALUE_BYTES,
  VALUE_PREFIX,
} from './constants.ts'
export {
  createConsensusProtocol,
  type ConsensusChannel,
  type ConsensusProtocol,
  type Hearer,
} from './consensus-protocol.ts'
export { ChannelFullError, ConsensusProtocolError } from './errors.ts'
export {
  type CommitMessage,
  type Frame,
  type Heard,
  type Message,
  type Ping,
  type QuorumMessage,
  type Said,
  type Signature,
  type ValueMessage,
  type Vote,
} from './messages.ts'
