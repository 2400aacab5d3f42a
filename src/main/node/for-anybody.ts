import type { DoorFeature } from '../features/door/types.ts'
import { anyMatch } from '../../shared/model/door.ts'
import type { CrowdLimits } from './crowd.ts'
import type { IntroducerConfig } from './introducer-config.ts'

/**
 * A node that is there to introduce does it for anybody, and holds mail for whoever comes; by rules, so that it is seen, and
 * can be changed, at the door.
 */
export function openToAll(door: DoorFeature): void {
  const lasting = { match: anyMatch, until: { kind: 'forever' }, priority: 0, note: 'This node is an introducer.' } as const
  for (const capability of ['relay', 'hold-mail'] as const) {
    if (door.rules().some((rule) => rule.capability === capability)) continue
    door.addRule({ who: { kind: 'anyone' }, capability, verdict: 'allow', ...lasting }, 'default')
  }
}

/**
 * Of those who come to be introduced none is more expected than another, and after a restart they all come at once: 200
 * from one network within two seconds, some 5 ms of handshake each.
 */
export function crowdOf({ limits, maxConnections }: IntroducerConfig): CrowdLimits {
  return {
    maxConnections,
    maxStrangers: maxConnections,
    maxStrangersOfOne: limits.registrationsPerSubnet,
    maxArrivalsOfOne: 100,
    maxHandshakes: 128,
    maxHandshakesOfOne: 96,
  }
}
