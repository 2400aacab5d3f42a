import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { shortKey } from '../../ui/Key.tsx'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import { peersStore } from '../peers/store.ts'

/** What accounts and devices of a look-up or of a name are called here. */
export interface NameWords {
  /** “You”, your name for them, or what they call themselves; their key, short, where nobody was met. */
  who: (account: AccountId) => string
  /** Whose device it is, by that; its peer id, short, where it is not known. */
  device: (peerId: PeerId) => string
}

export function useNameWords(): NameWords {
  const { t } = useTranslation()
  const people = usePeople()
  const peers = peersStore.use(({ state }) => state.peers)
  const me = useMe()
  return useMemo(() => {
    const who = (account: AccountId): string => {
      if (account === me?.account) return t('you')
      const person = people.get(account)
      return (person === undefined ? '' : nameOf(person)) || shortKey(account)
    }
    const ofDevice = new Map([...people.values()].flatMap((person) => person.devices.map((one) => [one, person] as const)))
    const device = (peerId: PeerId): string => {
      if (peerId === me?.peerId) return t('names.thisDevice')
      const account = peers.get(peerId)?.account ?? ofDevice.get(peerId)?.account ?? null
      if (account === null) return shortKey(peerId)
      return account === me?.account ? t('names.yourDevice') : who(account)
    }
    return { who, device }
  }, [t, people, peers, me])
}
