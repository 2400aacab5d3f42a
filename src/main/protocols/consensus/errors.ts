/** A frame that no 1.0.0 writes. The channel is over, and the peer pays for it. */
export class ConsensusProtocolError extends Error {
  override readonly name = 'ConsensusProtocolError'
}

/** The other side takes frames slower than they come: what waits has reached its bound, and the channel is dropped. */
export class ChannelFullError extends Error {
  override readonly name = 'ChannelFullError'
}
