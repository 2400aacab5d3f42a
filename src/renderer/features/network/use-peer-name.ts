import { useTranslation } from 'react-i18next'
import { nameOf } from '../../../shared/model/contacts.ts'
import type { Peer } from '../../../shared/model/peers.ts'
import { shortKey } from '../../ui/Key.tsx'
import { usePerson } from '../contacts/store.ts'

/** The person behind a peer; where nobody is proven, the peer id, short. */
export function usePeerName(peer: Peer): string {
  const { t } = useTranslation()
  const person = usePerson(peer.account)
  if (person !== null) return nameOf(person)
  return peer.account === null ? shortKey(peer.peerId) : t('person.unknown')
}
