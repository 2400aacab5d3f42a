import { Search } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import type { Capability } from '../../../shared/model/door.ts'
import { usePeople } from '../contacts/store.ts'
import { Button } from '../../ui/Button.tsx'
import { Select, TextField } from '../../ui/Field.tsx'
import { shortKey } from '../../ui/Key.tsx'
import { filterOf, isWhole, wholeLog, type LogAsk } from './log-filter.ts'
import css from './DecisionLog.module.css'
import { doorStore } from './store.ts'
import { capabilityText, ruleText } from './wording.ts'

const capabilities = ['contact', 'file', 'visit', 'relay', 'hold-mail', 'lookup', 'load', 'exit'] as const
const verdicts = ['any', 'allow', 'allow-and-tell', 'ask', 'deny', 'ignore'] as const
const bys = ['any', 'rule', 'person', 'timeout', 'limit', 'default', 'token'] as const
/** Comparing by it is many times as quick as `localeCompare`, and there may be thousands of people. */
const inOrder = new Intl.Collator()
const times = ['any', 'hour', 'day', 'week', 'between'] as const

/** What of the log is shown. */
export function LogFilters({ ask, onAsk }: { ask: LogAsk; onAsk: (ask: LogAsk) => void }): ReactNode {
  const { t } = useTranslation()
  const change = (changed: Partial<LogAsk>): void => onAsk({ ...ask, ...changed })
  const who = useWhoOptions(ask.account)
  return (
    <div className={css.filters}>
      <TextField
        hideLabel
        type="search"
        icon={<Search />}
        label={t('door.log.filter.search')}
        placeholder={t('door.log.filter.search')}
        value={ask.text}
        onChange={(event) => change({ text: event.target.value })}
      />
      <Select
        hideLabel
        label={t('door.log.filter.who')}
        value={ask.account}
        options={who}
        onChange={(account) => change({ account })}
      />
      <Select
        hideLabel
        label={t('door.log.filter.capability')}
        value={ask.capability}
        options={useCapabilityOptions(ask.capability)}
        onChange={(capability) => change({ capability })}
      />
      <Select
        hideLabel
        label={t('door.log.filter.verdict')}
        value={ask.verdict}
        options={verdicts.map((value) => ({
          value,
          label: value === 'any' ? t('door.log.filter.anyVerdict') : t(`door.log.verdict.${value}`),
        }))}
        onChange={(verdict) => change({ verdict })}
      />
      <Select
        hideLabel
        label={t('door.log.filter.by')}
        value={ask.by}
        options={bys.map((value) => ({
          value,
          label: value === 'any' ? t('door.log.filter.anyBy') : t(`door.log.filter.bys.${value}`),
        }))}
        onChange={(by) => change({ by })}
      />
      <Select
        hideLabel
        label={t('door.log.filter.time')}
        value={ask.time}
        options={times.map((value) => ({ value, label: t(`door.log.filter.times.${value}`) }))}
        onChange={(time) => change({ time, askedMs: Date.now() })}
      />
      {ask.time === 'between' && (
        <div className={css.between}>
          <TextField
            type="datetime-local"
            label={t('door.log.filter.since')}
            value={ask.since}
            onChange={(event) => change({ since: event.target.value })}
          />
          <TextField
            type="datetime-local"
            label={t('door.log.filter.until')}
            value={ask.until}
            onChange={(event) => change({ until: event.target.value })}
          />
        </div>
      )}
    </div>
  )
}

/** That not all of the log is shown, and the way back to all of it. */
export function Narrowed({ ask, onAsk }: { ask: LogAsk; onAsk: (ask: LogAsk) => void }): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const rule = doorStore.use(({ state }) => (ask.rule === null ? undefined : state.rules.get(ask.rule)))
  if (isWhole(filterOf(ask))) return null
  return (
    <div className={css.narrowed}>
      <p>
        {ask.rule !== null && (
          <bdi>
            {rule === undefined
              ? t('door.log.filter.ruleGone')
              : t('door.log.filter.rule', { rule: ruleText(t, rule, people) })}
          </bdi>
        )}
      </p>
      <Button size="small" tone="quiet" onClick={() => onAsk(wholeLog)}>
        {t('door.log.filter.clear')}
      </Button>
    </div>
  )
}

function useWhoOptions(chosen: AccountId | 'anybody'): { value: AccountId | 'anybody'; label: string }[] {
  const { t } = useTranslation()
  const people = usePeople()
  return useMemo(() => {
    const named = [...people.values()]
      .map((person) => ({ value: person.account, label: nameOf(person) || t('person.unknown') }))
      .toSorted((a, b) => inOrder.compare(a.label, b.label))
    const anybody = { value: 'anybody' as const, label: t('door.log.filter.anybody') }
    const isKnown = chosen === 'anybody' || people.has(chosen)
    return [anybody, ...named, ...(isKnown ? [] : [{ value: chosen, label: shortKey(chosen) }])]
  }, [t, people, chosen])
}

/** The kinds there are, and every app that was seen at this door. */
function useCapabilityOptions(chosen: Capability | 'any'): { value: Capability | 'any'; label: string }[] {
  const { t } = useTranslation()
  const door = doorStore.use(({ state }) => state)
  const seen = [...door.knocks.values(), ...door.decisions, ...door.rules.values()].map(({ capability }) => capability)
  const apps = new Set([chosen, ...seen].filter((capability) => capability.startsWith('app:')) as `app:${string}`[])
  return [
    { value: 'any', label: t('door.log.filter.anyCapability') },
    ...[...capabilities, ...[...apps].toSorted()].map((value) => ({ value, label: capabilityText(t, value) })),
  ]
}
