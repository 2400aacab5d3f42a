import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import type { Named } from './markdown/words.ts'

export interface Names {
  me: AccountId | null
  /** Your name for somebody; of this account, that it is you. */
  of: (account: AccountId) => string
  /** What they call themselves, by which others name them in a text. */
  labelOf: (account: AccountId) => string
  /** Whether somebody got a name of yours, or is this account: links of others are dead. */
  isKnown: (account: AccountId) => boolean
}

export function useNames(): Names {
  const { t } = useTranslation()
  const people = usePeople()
  const me = useMe()
  return useMemo(() => {
    const account = me?.account ?? null
    return {
      me: account,
      of: (of) => {
        if (of === account) return t('chats.conversation.me')
        const person = people.get(of)
        return (person === undefined ? '' : nameOf(person)) || t('person.unknown')
      },
      labelOf: (of) => (of === account ? (me?.name ?? '') : (people.get(of)?.claimedName ?? '')),
      isKnown: (of) => of === account || people.get(of)?.petname != null || people.get(of)?.demo === true,
    }
  }, [t, people, me])
}

const nobody: readonly Named[] = []

/** Whom a message names, as they are called in its text. */
export function namedIn(names: Names, mentions: readonly AccountId[]): readonly Named[] {
  if (mentions.length === 0) return nobody
  return mentions.flatMap((account) => {
    const label = names.labelOf(account)
    return label === '' ? [] : [{ account, label }]
  })
}
