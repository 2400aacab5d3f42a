import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { Select, TextField } from '../../ui/Field.tsx'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import type { Wanted } from './query.ts'
import css from './Search.module.css'
import { useTitles } from './use-titles.ts'

const kinds = ['any', 'text', 'files', 'pictures', 'voice', 'links'] as const satisfies readonly Wanted['kind'][]

export interface FiltersProps {
  wanted: Wanted
  isBackwards: boolean
  onChange: (changes: Partial<Wanted>) => void
}

/** A conversation, a person, a kind, and from which day to which. */
export function Filters({ wanted, isBackwards, onChange }: FiltersProps): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const me = useMe()
  const titles = useTitles()
  const conversations = [...titles.conversations.keys()]
    .map((id) => ({ value: id as ConversationId | '', label: titles.of(id) }))
    .toSorted((a, b) => a.label.localeCompare(b.label))
  const named = [...people.values()]
    .map((person) => ({ value: person.account as AccountId | '', label: nameOf(person) }))
    .toSorted((a, b) => a.label.localeCompare(b.label))
  return (
    <fieldset className={css.filters} aria-label={t('search.filters')}>
      <Select
        label={t('search.in')}
        hideLabel
        value={wanted.conversation}
        options={[{ value: '', label: t('search.anywhere') }, ...conversations]}
        onChange={(conversation) => onChange({ conversation })}
      />
      <Select
        label={t('search.from')}
        hideLabel
        value={wanted.from}
        options={[{ value: '', label: t('search.anybody') }, ...(me === null ? [] : [{ value: me.account as AccountId | '', label: t('you') }]), ...named]}
        onChange={(from) => onChange({ from })}
      />
      <Select
        label={t('search.kind')}
        hideLabel
        value={wanted.kind}
        options={kinds.map((value) => ({ value, label: t(`search.kinds.${value}`) }))}
        onChange={(kind) => onChange({ kind })}
      />
      <TextField
        type="date"
        label={t('search.since')}
        hideLabel
        title={t('search.since')}
        value={wanted.since}
        onChange={(event) => onChange({ since: event.target.value })}
      />
      <TextField
        type="date"
        label={t('search.until')}
        hideLabel
        title={t('search.until')}
        error={isBackwards ? t('search.backwards') : null}
        value={wanted.until}
        onChange={(event) => onChange({ until: event.target.value })}
      />
    </fieldset>
  )
}
