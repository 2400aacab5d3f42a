import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import type { Annex } from '../../../src/main/node/annex.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { createPeerStreams } from '../../../src/main/platform/guarded-streams.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { loadNoiseCrypto } from '../../../src/main/platform/noise-crypto.ts'
import type { ProtocolTerms } from '../../../src/main/platform/streams.ts'
import { MiB } from '../../../src/shared/units.ts'
import { CHUNK_BYTES } from './echo-and-sink.ts'

/** Frames over libp2p, as our protocols have them, and a protocol that only answers. */
export const BENCH_TERMS: ProtocolTerms = {
  protocol: '/latch/bench/1.0.0',
  maxInboundStreams: 4,
  maxFrameBytes: CHUNK_BYTES,
  exchangeTimeoutMs: null,
  onRelay: true,
}

/** libp2p set up as in our node, without what stands behind it: what is measured is the way, not the house. */
export async function bareNode<Services extends Record<string, unknown>>(
  listen: readonly string[],
  services?: { [Name in keyof Services]: (components: ConstructorParameters<typeof Annex>[0]) => Services[Name] },
) {
  const { crypto } = await loadNoiseCrypto(silentLog)
  const libp2p = await createLibp2p({
    addresses: { listen: [...listen] },
    transports: [tcp(), circuitRelayTransport()],
    connectionEncrypters: [noise(crypto === null ? {} : { crypto })],
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: MiB, maxReadBufferLength: 4 * MiB } })],
    services: { identify: identify(), ping: ping(), ...(services ?? ({} as never)) },
  })
  const streams = createPeerStreams({
    libp2p,
    clock: systemClock,
    log: silentLog,
    guards: () => () => ({ verdict: 'allow', why: 'a benchmark' }),
    offence: () => {},
  })
  return { libp2p, streams }
}
