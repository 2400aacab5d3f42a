import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { ValidatorRef } from '../../../shared/model/blocks.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { shortKey } from '../../ui/Key.tsx'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import { peersStore } from '../peers/store.ts'
import { ledgerStore } from './store.ts'

/** What accounts, devices and names of the ledger are called here. */
export interface LedgerNames {
  /** Your name for them; their key, short, where you have none. */
  account: (account: AccountId) => string
  isMine: (account: AccountId) => boolean
  device: (peerId: PeerId) => string
  /** Yours for whose device it is, else what the network calls it. */
  validator: (validator: ValidatorRef) => string
  /** The same within a sentence: “led by this device”. */
  leader: (validator: ValidatorRef) => string
  /** `alice` as `alice.peer`. */
  full: (name: string) => string
}

export function useLedgerNames(): LedgerNames {
  const { t } = useTranslation()
  const people = usePeople()
  const peers = peersStore.use(({ state }) => state.peers)
  const me = useMe()
  const tld = ledgerStore.use(({ state }) => state.status?.tld ?? 'peer')
  return useMemo(() => {
    const account = (id: AccountId): string => {
      if (id === me?.account) return t('you')
      const person = people.get(id)
      return (person === undefined ? '' : nameOf(person)) || shortKey(id)
    }
    const owner = (peerId: PeerId): string | null => {
      const of = peers.get(peerId)?.account ?? null
      const person = of === null ? undefined : people.get(of)
      return person === undefined ? null : nameOf(person)
    }
    const called = ({ peerId, label }: ValidatorRef): string =>
      owner(peerId) ?? (label === '' ? shortKey(peerId) : label)
    return {
      account,
      isMine: (id) => id === me?.account,
      device: (peerId) => (peerId === me?.peerId ? t('ledger.device') : (owner(peerId) ?? shortKey(peerId))),
      validator: (one) => (one.mine ? t('ledger.device') : called(one)),
      leader: (one) => (one.mine ? t('ledger.rounds.you') : called(one)),
      full: (name) => (name.includes('.') ? name : `${name}.${tld}`),
    }
  }, [t, people, peers, me, tld])
}
