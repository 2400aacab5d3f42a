import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import type { Person } from '../../../shared/model/contacts.ts'
import { usePerson } from '../contacts/store.ts'

export interface Author {
  /** Your name for a contact; else what they call themselves, which nothing proves. */
  name: string
  isContact: boolean
  person: Person | null
}

/** Who said something, by what is known here of their key. */
export function useAuthor(account: AccountId | null, claimedName: string): Author {
  const { t } = useTranslation()
  const person = usePerson(account)
  const petname = person?.petname ?? null
  const claimed = claimedName || (person?.claimedName ?? '')
  return { name: petname ?? (claimed || t('person.unknown')), isContact: petname !== null, person }
}
