import type { IntroducerFacts } from '../../../src/main/headless/introducer-facts.ts'
import { NodeStatus } from '../../../src/shared/model/node.ts'
import { Introduction } from '../../../src/shared/model/reach.ts'

export interface Over {
  readonly node?: Partial<NodeStatus>
  readonly introduction?: Partial<Introduction> | null
}

/** An introducer that has something to do. */
export function facts(over: Over = {}): IntroducerFacts {
  const node = NodeStatus.parse({
    version: '0.1.0',
    phase: 'running',
    host: 'headless',
    dataFolder: '/var/lib/latch-introducer',
    startedMs: 1_000,
    peerId: '12D3KooWCFTMuCb1T4RJpbkGAfwGoiyFJ71pjgHotFM8QWEqVuEA',
    listening: ['/ip4/203.0.113.7/tcp/4100'],
    connections: 12,
    rssBytes: 100_000_000,
    loopDelayP99Ms: 1.5,
    noise: 'native',
    warnings: [],
    ...over.node,
  })
  const introduction = Introduction.parse({
    serving: true,
    draining: false,
    link: 'latch://introducer/AAAA',
    registrations: 5,
    reservations: 4,
    circuits: 3,
    relayedBytes: 2_000_000,
    refused: { 'register:forged': 2, 'circuit:too-many': 1 },
    ...over.introduction,
  })
  const stun = { answered: 7, malformed: 8, overRate: 9 }
  return { node, introduction: over.introduction === null ? null : introduction, stun }
}
