import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { Dht } from '../../../platform/dht.ts'
import type { Id } from '../../../protocols/names/index.ts'
import type { Lines } from '../lines.ts'
import { dhtKeyOf } from '../near.ts'
import { askOverLines } from '../resolver-source.ts'
import type { KnownPeer, Sources } from '../resolver-types.ts'
import type { NamesPeers, NamesPeople } from '../types.ts'
import type { Around } from './around.ts'

export interface SourcesParts {
  readonly network: Id
  readonly me: PeerId
  readonly peers: Pick<NamesPeers, 'devicesOf'>
  readonly people: Pick<NamesPeople, 'contacts'>
  readonly around: Around
  readonly lines: Pick<Lines, 'ask'>
  readonly dht: Pick<Dht, 'find'>
}

/** Where look-ups ask: devices of the owner, of contacts, those around; and beside them the DHT. */
export function sourcesOf({ network, me, peers, people, around, lines, dht }: SourcesParts): Sources {
  return {
    *known(owner: AccountId): Iterable<KnownPeer> {
      const seen = new Set([me])
      function* as(role: KnownPeer['role'], peerIds: Iterable<PeerId>): Iterable<KnownPeer> {
        for (const peerId of peerIds) {
          if (seen.has(peerId)) continue
          seen.add(peerId)
          yield around.asKnown(peerId, role)
        }
      }
      yield* as('owner', peers.devicesOf(owner))
      for (const contact of people.contacts()) yield* as('contact', peers.devicesOf(contact))
      yield* as('near', around.all())
    },
    ask: askOverLines({ lines, network, connect: (peerId, addresses, signal) => around.connect(peerId, addresses, signal) }),
    far: (key, signal) => dht.find(dhtKeyOf(key), signal),
  }
}
