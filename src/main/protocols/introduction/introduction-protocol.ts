import type { Clock } from '../../platform/clock.ts'
import type { Offence, PeerStreams } from '../../platform/streams.ts'
import { Asking } from './asking.ts'
import { INTRODUCTION_TERMS } from './constants.ts'
import { Serving } from './serving.ts'
import type { IntroductionProtocol } from './types.ts'

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createIntroductionProtocol(parts: {
  streams: PeerStreams
  clock: Clock
  offence: Offence
}): IntroductionProtocol {
  const asking = new Asking(parts)
  return {
    serve: (handlers) => {
      const serving = new Serving(parts, handlers)
      return parts.streams.serve(INTRODUCTION_TERMS, (stream) => serving.serveOne(stream))
    },
    describe: (introducer, signal) => asking.describe(introducer, signal),
    register: (introducer, registration, signal) => asking.register(introducer, registration, signal),
    unregister: (introducer, signal) => asking.unregister(introducer, signal),
    discover: (introducer, topic, limit, after, signal) => asking.discover(introducer, topic, limit, after, signal),
    locate: (introducer, peerIds, signal) => asking.locate(introducer, peerIds, signal),
    probe: (introducer, ports, signal) => asking.probe(introducer, ports, signal),
    attend: (introducer, onNotice, signal) => asking.attend(introducer, onNotice, signal),
  }
}
