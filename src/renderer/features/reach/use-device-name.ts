import type { PeerId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import type { Peer } from '../../../shared/model/peers.ts'
import { shortKey } from '../../ui/Key.tsx'
import { usePerson } from '../contacts/store.ts'
import { peersStore } from '../peers/store.ts'
import { useIntroducerName } from './store.ts'

/** Whose device it is: a person's name, an introducer's, or the key, short. */
export function useDeviceName(peerId: PeerId): { name: string; peer: Peer | null } {
  const peer = peersStore.use(({ state }) => state.peers.get(peerId) ?? null)
  const person = usePerson(peer?.account ?? null)
  const introducer = useIntroducerName(peerId)
  const name = person === null ? (introducer ?? shortKey(peerId)) : nameOf(person)
  return { name, peer }
}
