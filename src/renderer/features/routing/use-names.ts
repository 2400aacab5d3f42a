import { useMemo } from 'react'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { shortKey } from '../../ui/Key.tsx'
import { usePeople } from '../contacts/store.ts'
import { introducerName, reachStore } from '../reach/store.ts'

export interface Device {
  readonly peerId: PeerId
  /** Proven by hello; null until then. */
  readonly account: AccountId | null
}

export interface Called {
  /** Yours for whoever's device it is, or theirs; else what an introducer calls itself, or the peer id, short. */
  readonly name: string
  readonly isContact: boolean
  /** It is a name, and no part of a key. */
  readonly isNamed: boolean
}

/** What devices of the routing table are called here. */
export function useNamesOf(): (device: Device) => Called {
  const people = usePeople()
  const introducers = reachStore.use(({ state }) => state.introducers)
  return useMemo(() => {
    const own = new Map(introducers.map((introducer) => [introducer.peerId, introducerName(introducer)]))
    return ({ peerId, account }) => {
      const person = account === null ? undefined : people.get(account)
      const name = (person === undefined ? '' : nameOf(person)) || (own.get(peerId) ?? '')
      const isContact = person !== undefined && person.petname !== null
      if (name !== '') return { name, isContact, isNamed: true }
      return { name: shortKey(peerId), isContact: false, isNamed: false }
    }
  }, [people, introducers])
}
