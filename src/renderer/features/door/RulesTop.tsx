import { Ellipsis, FileDown, FileUp, ListFilter, Plus, Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Suggestion } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { countText } from '../../ui/amounts.ts'
import { download } from '../../ui/download.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Select, TextField } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { allRules, isFiltering, type RuleFilter } from './rule-filter.ts'
import css from './Rules.module.css'
import { SuggestionLine } from './SuggestionLine.tsx'
import type { Suggestions } from './use-suggestions.ts'

const verdicts = ['any', 'allow', 'allow-and-tell', 'ask', 'deny', 'ignore'] as const
const capabilities = [
  'any', 'contact', 'file', 'visit', 'relay', 'hold-mail', 'lookup', 'load', 'exit', 'app', 'anything',
] as const
const whos = ['any', 'account', 'group', 'name', 'contact', 'unknown', 'lan', 'relayed', 'anyone'] as const

export interface RulesTopProps {
  all: number
  shown: number
  filter: RuleFilter
  /** How many rules do nothing. */
  found: number
  suggestions: Suggestions
  onFilter: (filter: RuleFilter) => void
  onAdd: () => void
  onImport: () => void
  onSuggestion: (suggestion: Suggestion) => void
}

/** What stands above the rules: how they work, what to add, what to look for. */
export function RulesTop(props: RulesTopProps): ReactNode {
  const { all, found, filter, suggestions, onFilter, onAdd, onImport, onSuggestion } = props
  const { t } = useTranslation()
  const client = useClient()
  const save = useCall(async () => {
    const { text } = await client.door.exportRules()
    download(`latch-rules-${new Date().toISOString().slice(0, 10)}.json`, 'application/json', [text])
  })
  return (
    <div className={css.top}>
      <div className={css.bar}>
        <p className={css.intro}>{t('door.rules.text')}</p>
        <div className={css.buttons}>
          <Button tone="primary" icon={<Plus />} onClick={onAdd}>
            {t('door.rules.add')}
          </Button>
          <Menu
            trigger={<IconButton label={t('door.rules.more')} icon={<Ellipsis />} />}
            groups={[
              [
                {
                  id: 'export',
                  label: t('door.rules.export'),
                  note: t('door.rules.exportNote'),
                  icon: <FileDown />,
                  disabled: all === 0 || save.busy,
                  onChoose: () => void save.run(),
                },
                {
                  id: 'import',
                  label: t('door.rules.import'),
                  note: t('door.rules.importNote'),
                  icon: <FileUp />,
                  onChoose: onImport,
                },
              ],
            ]}
          />
        </div>
      </div>
      {save.failure !== null && <FailureNote failure={save.failure} onDismiss={save.dismiss} />}
      {suggestions.failure !== null && <FailureNote failure={suggestions.failure} onDismiss={suggestions.dismiss} />}
      {suggestions.list.slice(0, 1).map((suggestion) => (
        <SuggestionLine
          key={suggestion.id}
          suggestion={suggestion}
          onMake={() => onSuggestion(suggestion)}
          onDecline={() => suggestions.decline(suggestion.id)}
        />
      ))}
      {found > 0 && !filter.found && (
        <div className={css.line}>
          <p>{t('door.rules.findings', { count: found })}</p>
          <Button size="small" icon={<ListFilter />} onClick={() => onFilter({ ...allRules, found: true })}>
            {t('door.rules.showFound')}
          </Button>
        </div>
      )}
      {all > 0 && <Filters {...props} />}
    </div>
  )
}

function Filters({ all, shown, filter, onFilter }: RulesTopProps): ReactNode {
  const { t } = useTranslation()
  return (
    <div>
      <div className={css.filters}>
        <TextField
          hideLabel
          type="search"
          icon={<Search />}
          label={t('door.rules.filter.search')}
          placeholder={t('door.rules.filter.search')}
          value={filter.text}
          onChange={(event) => onFilter({ ...filter, text: event.target.value })}
        />
        <Select
          hideLabel
          label={t('door.rules.filter.verdict')}
          value={filter.verdict}
          options={verdicts.map((value) => ({
            value,
            label: value === 'any' ? t('door.rules.filter.anyVerdict') : t(`door.rules.verdict.${value}`),
          }))}
          onChange={(verdict) => onFilter({ ...filter, verdict })}
        />
        <Select
          hideLabel
          label={t('door.rules.filter.capability')}
          value={filter.capability}
          options={capabilities.map((value) => ({ value, label: capabilityLabel(value) }))}
          onChange={(capability) => onFilter({ ...filter, capability })}
        />
        <Select
          hideLabel
          label={t('door.rules.filter.who')}
          value={filter.who}
          options={whos.map((value) => ({
            value,
            label: value === 'any' ? t('door.rules.filter.anyWho') : t(`door.rules.filter.kind.${value}`),
          }))}
          onChange={(who) => onFilter({ ...filter, who })}
        />
      </div>
      {isFiltering(filter) && (
        <div className={css.count}>
          <output>
            {t('door.rules.filter.shown', { shown: countText(shown), all: countText(all) })}
          </output>
          <Button size="small" tone="quiet" onClick={() => onFilter(allRules)}>
            {t('door.rules.filter.clear')}
          </Button>
        </div>
      )}
    </div>
  )

  function capabilityLabel(value: (typeof capabilities)[number]): string {
    if (value === 'any') return t('door.rules.filter.anyCapability')
    return value === 'app' ? t('door.rules.filter.apps') : t(`door.capability.${value}`)
  }
}
