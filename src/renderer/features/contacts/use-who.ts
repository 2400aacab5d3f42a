import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { nameOf, type Person } from '../../../shared/model/contacts.ts'
import { usePerson } from './store.ts'

export interface WhoIsIt {
  account: AccountId
  /** Your name for them, or theirs, or that they are unknown. */
  name: string
  /** What they call themselves, where that is another name. */
  claimed: string | null
  person: Person | null
}

export function useWho(account: AccountId, claimedName = ''): WhoIsIt {
  const { t } = useTranslation()
  const person = usePerson(account)
  const name = (person === null ? claimedName : nameOf(person)) || t('person.unknown')
  const claims = person?.claimedName ?? claimedName
  return { account, name, claimed: claims !== '' && claims !== name ? claims : null, person }
}
