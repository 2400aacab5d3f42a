import type { NodeStatus } from '../../shared/model/node.ts'
import type { Introduction } from '../../shared/model/reach.ts'
import type { PeerNode } from '../node/types.ts'
import type { StunCounters } from '../protocols/stun/index.ts'

/** Everything that a running introducer tells whoever keeps it. Nothing of it is secret. */
export interface IntroducerFacts {
  readonly node: NodeStatus
  /** Null while there is no household: starting, stopping, keys that are locked. */
  readonly introduction: Introduction | null
  /** Null where it does not answer STUN. */
  readonly stun: StunCounters | null
}

/** Whether it is to get work. `why` is one sentence. */
export type Readiness = { ready: 'yes' } | { ready: 'no'; why: string }

export function factsOf(node: PeerNode): IntroducerFacts {
  const status = node.status()
  if (status.phase !== 'running') return { node: status, introduction: null, stun: null }
  const { introduction, stunCounters } = node.household()
  return { node: status, introduction: introduction.status(), stun: stunCounters() }
}

/** Pure. */
export function readinessOf({ node, introduction }: IntroducerFacts): Readiness {
  const isRunning = node.phase === 'running' && introduction !== null
  if (!isRunning) return { ready: 'no', why: `This node is ${phases[node.phase]}.` }
  if (introduction.draining) return { ready: 'no', why: 'It is draining: devices are told to move.' }
  if (!introduction.serving) return { ready: 'no', why: 'No rule of its door lets anybody use it.' }
  if (node.listening.length === 0) return { ready: 'no', why: 'It listens nowhere.' }
  return { ready: 'yes' }
}

const phases: Readonly<Record<NodeStatus['phase'], string>> = {
  'no-account': 'without a key',
  locked: 'locked',
  starting: 'starting',
  running: 'running',
  stopping: 'stopping',
}
