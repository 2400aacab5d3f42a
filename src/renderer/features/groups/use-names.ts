import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'

/** What somebody of a group is called here: your name for them, theirs, or that it is you. */
export function useNamesOf(): (account: AccountId) => string {
  const { t } = useTranslation()
  const people = usePeople()
  const me = useMe()?.account ?? null
  return (account) => {
    if (account === me) return t('you')
    const person = people.get(account)
    return (person === undefined ? '' : nameOf(person)) || t('person.unknown')
  }
}
