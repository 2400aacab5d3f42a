import { Annex } from '../../../src/main/node/annex.ts'
import { createRelay } from '../../../src/main/node/relay.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { serve } from '../../lab/remote.ts'
import { bareNode } from './bare.ts'

/* Our introducer's relay, without limits and without the house around it. */

export interface OurRelay {
  /** With its peer id. */
  readonly address: string
}

const { libp2p } = await bareNode(['/ip4/127.0.0.1/tcp/0'], {
  annex: (components: ConstructorParameters<typeof Annex>[0]) => new Annex(components),
})
const relay = createRelay({
  annex: libp2p.services.annex,
  clock: systemClock,
  log: silentLog,
  limits: { reservationTtlMs: HOUR },
  judge: () => ({ verdict: 'allow', limit: { durationMs: null, dataBytes: null } }),
  onRefused: () => {},
})
await relay.start()
serve({}, { address: String(libp2p.getMultiaddrs()[0]) } satisfies OurRelay)
