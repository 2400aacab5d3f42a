import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Knock, Rule, Who } from '../../../shared/model/door.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { shortKey } from '../../ui/Key.tsx'
import { usePeople, type People } from '../contacts/store.ts'
import { keyOfWho, whoKinds } from './rule-form.ts'
import { doorStore } from './store.ts'
import { whoText } from './wording.ts'

export interface WhoOption {
  value: string
  label: string
  group: string
}

/** Comparing by it is many times as quick as `localeCompare`, and there may be thousands of people. */
const inOrder = new Intl.Collator()

/** Everybody a rule can be about: kinds of people, groups, owners of names that were seen here, people by name. */
export function useWhoOptions(chosen: string): WhoOption[] {
  const { t } = useTranslation()
  const people = usePeople()
  const knocks = doorStore.use(({ state }) => state.knocks)
  const rules = doorStore.use(({ state }) => state.rules)
  return useMemo(
    () => whoOptions(t, people, [...rules.values()], [...knocks.values()], chosen),
    [t, people, rules, knocks, chosen],
  )
}

export function whoOptions(
  t: TFunction,
  people: People,
  rules: readonly Rule[],
  knocks: readonly Knock[],
  chosen: string,
): WhoOption[] {
  const byLabel = (a: WhoOption, b: WhoOption): number => inOrder.compare(a.label, b.label)
  const optionOf = (who: Who, label: string, group: string): WhoOption => ({ value: keyOfWho(who), label, group })
  const whos = rules.map(({ who }) => who)
  const groups = new Set([...people.values()].flatMap((person) => person.groups))
  for (const who of whos) if (who.kind === 'group') groups.add(who.group)
  const names = new Map<string, Who>()
  for (const who of whos) if (who.kind === 'name') names.set(keyOfWho(who), who)
  for (const { ledgerName, account } of knocks) {
    if (ledgerName === null) continue
    const who: Who = { kind: 'name', name: ledgerName.name, account }
    names.set(keyOfWho(who), who)
  }

  const everybody = whoKinds.map((kind) => optionOf({ kind }, t(`door.rules.who.${kind}`), t('door.rules.form.everybody')))
  const inGroups = [...groups].map((group) => optionOf({ kind: 'group', group }, group, t('door.rules.form.groups')))
  const named = [...names.values()].map((who) => optionOf(who, whoText(t, who, people), t('door.rules.form.names')))
  const persons = [...people.values()].map((person) =>
    optionOf({ kind: 'account', account: person.account }, nameOf(person), t('door.rules.form.people')),
  )
  const all = [...everybody, ...inGroups.toSorted(byLabel), ...named.toSorted(byLabel), ...told(persons).toSorted(byLabel)]
  // An account that nobody knows here any more, or one that was never met.
  const isKnown = all.some(({ value }) => value === chosen)
  return isKnown ? all : [...all, { value: chosen, label: shortKey(chosen), group: t('door.rules.form.people') }]
}

/** Two people of one name are told apart by their keys. */
function told(persons: readonly WhoOption[]): WhoOption[] {
  const count = new Map<string, number>()
  for (const { label } of persons) count.set(label, (count.get(label) ?? 0) + 1)
  return persons.map((person) =>
    (count.get(person.label) ?? 0) > 1 ? { ...person, label: `${person.label} (${shortKey(person.value)})` } : person,
  )
}
