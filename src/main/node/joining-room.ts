import { createJoining, type JoiningFeature } from '../features/devices/index.ts'
import { keyringFrom, randomSeeds } from '../features/identity/index.ts'
import type { IdentityFeature } from '../features/identity/types.ts'
import { openLinkNode } from './link-node.ts'
import type { PassingParts } from './passing-node.ts'

export interface JoiningRoomParts extends PassingParts {
  readonly random: (bytes: number) => Uint8Array
  readonly identity: IdentityFeature
}

/** The linking of a device that has no account yet: it asks with the key that it will have, and is somebody once it is told who. */
export function createJoiningRoom(parts: JoiningRoomParts): JoiningFeature {
  const { clock, log, noiseCrypto, random, identity } = parts
  return createJoining({
    clock,
    log: log.child('joining'),
    random,
    isFresh: () => identity.current().state === 'none',
    arrive: (arrival) => identity.arrive(arrival),
    async newDevice() {
      const seeds = randomSeeds(random)
      const { deviceKey, mailKey } = await keyringFrom(seeds)
      return { seeds, mailKey: mailKey.publicKey, open: () => openLinkNode({ deviceKey, noiseCrypto, clock, log, random }) }
    },
  })
}
