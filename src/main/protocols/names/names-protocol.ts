import type { PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Offence, PeerStreams } from '../../platform/streams.ts'
import { Channel, type NamesChannel } from './channel.ts'
import { NAMES_TERMS } from './constants.ts'
import { serveOne, type NamesHandlers } from './serving.ts'

export interface NamesProtocol {
  serve(handlers: NamesHandlers): Promise<void>
  /** *Errors*: LatchError UNREACHABLE, the signal's reason; a refusal comes with `over`. */
  open(peerId: PeerId, signal?: AbortSignal): Promise<NamesChannel>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createNamesProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): NamesProtocol {
  const { streams, clock } = parts
  return {
    serve: (handlers) => streams.serve(NAMES_TERMS, (stream) => serveOne(stream, handlers, parts)),
    open: async (peerId, signal) => new Channel(await streams.open(peerId, NAMES_TERMS, signal), clock),
  }
}
