import { Search, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { nameOf, type Person } from '../../../shared/model/contacts.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { TextField } from '../../ui/Field.tsx'
import { usePeople } from '../contacts/store.ts'
import css from './Groups.module.css'

/** Typing narrows down; nobody scrolls through more than this. */
const SHOWN = 100

export interface MembersPickerProps {
  chosen: ReadonlySet<AccountId>
  onChange: (chosen: ReadonlySet<AccountId>) => void
  /** How many more there is room for. */
  room: number
  /** How many there may be at all, for the sentence that says so. */
  most: number
  /** Those who are in it already. */
  without: ReadonlySet<AccountId>
  /** A word beside some, such as that they were in it before. */
  noteOf?: (account: AccountId) => string | null
}

/** Contacts, of whom some are chosen: type to narrow down, tick to choose. */
export function MembersPicker({ chosen, onChange, room, most, without, noteOf }: MembersPickerProps): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const [query, setQuery] = useState('')
  const contacts = [...people.values()].filter((person) => person.petname !== null && !person.blocked && !without.has(person.account))
  const wanted = query.trim().toLowerCase()
  const shown = contacts
    .filter((person) => [nameOf(person), person.claimedName, ...person.names].some((name) => name.toLowerCase().includes(wanted)))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
    .slice(0, SHOWN)
  const isFull = chosen.size >= room
  const toggle = (account: AccountId): void => {
    const next = new Set(chosen)
    if (!next.delete(account)) next.add(account)
    onChange(next)
  }
  return (
    <fieldset className={css.picker}>
      <legend className={css.legend}>{t('groups.create.people')}</legend>
      {chosen.size > 0 && (
        <div className={css.chips}>
          {[...chosen].map((account) => (
            <Chip key={account} account={account} person={people.get(account)} onRemove={() => toggle(account)} />
          ))}
        </div>
      )}
      {contacts.length === 0 ? (
        <p className={css.soft}>{t('groups.create.nobody')}</p>
      ) : (
        <>
          <TextField
            label={t('groups.create.search')}
            hideLabel
            placeholder={t('groups.create.search')}
            icon={<Search aria-hidden="true" />}
            value={query}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setQuery(event.target.value)}
          />
          {shown.length === 0 ? (
            <p className={css.soft}>{t('groups.create.none', { query })}</p>
          ) : (
            <div className={css.options}>
              {shown.map((person) => (
                <Option
                  key={person.account}
                  person={person}
                  note={noteOf?.(person.account) ?? null}
                  isChosen={chosen.has(person.account)}
                  disabled={isFull && !chosen.has(person.account)}
                  onToggle={() => toggle(person.account)}
                />
              ))}
            </div>
          )}
        </>
      )}
      <output className={css.faint}>
        {isFull && contacts.length > 0 ? t('groups.create.full', { count: most }) : t('groups.create.chosen', { count: chosen.size })}
      </output>
    </fieldset>
  )
}

function Chip({ account, person, onRemove }: { account: AccountId; person: Person | undefined; onRemove: () => void }): ReactNode {
  const { t } = useTranslation()
  const name = person === undefined ? t('person.unknown') : nameOf(person)
  return (
    <button type="button" className={css.chip} aria-label={t('groups.create.takeOut', { name })} onClick={onRemove}>
      <Avatar of={account} size={16} />
      <bdi>{name}</bdi>
      <X aria-hidden="true" />
    </button>
  )
}

interface OptionProps {
  person: Person
  note: string | null
  isChosen: boolean
  disabled: boolean
  onToggle: () => void
}

function Option({ person, note, isChosen, disabled, onToggle }: OptionProps): ReactNode {
  return (
    <label className={css.option}>
      <Avatar of={person.account} size={24} />
      <span>
        <bdi>{nameOf(person)}</bdi>
      </span>
      {note !== null && <small className={css.faint}>{note}</small>}
      <input type="checkbox" checked={isChosen} disabled={disabled} onChange={onToggle} />
    </label>
  )
}
