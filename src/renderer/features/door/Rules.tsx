import { ListChecks, SearchX } from 'lucide-react'
import { useDeferredValue, useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { RuleId } from '../../../shared/ids.ts'
import type { Finding, Rule, RuleDraft } from '../../../shared/model/door.ts'
import { usePeople } from '../contacts/store.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useAims, type Aim } from './aims.ts'
import { ImportDialog } from './ImportDialog.tsx'
import { RuleDialog } from './RuleDialog.tsx'
import { RuleRow } from './RuleRow.tsx'
import { allRules, filterRules } from './rule-filter.ts'
import css from './Rules.module.css'
import { RulesFoot, type Done } from './RulesFoot.tsx'
import { RulesTop, type RulesTopProps } from './RulesTop.tsx'
import { doorStore } from './store.ts'
import { useFindings, type Findings } from './use-findings.ts'
import { useSuggestions } from './use-suggestions.ts'
import { ruleWords } from './wording.ts'

type Open = { dialog: 'rule'; rule: Rule | null; start?: RuleDraft } | { dialog: 'import' }

/** What the rows and what stands above them need to know. */
interface Context {
  top: RulesTopProps
  findings: Findings
  aimedAt: RuleId | null
  onEdit: (rule: Rule) => void
  onRemoved: (rule: Rule) => void
  onShow: (id: RuleId) => void
}

export function Rules(): ReactNode {
  const { t } = useTranslation()
  const loading = doorStore.use(({ freshness }) => freshness === 'loading')
  const rules = doorStore.use(({ state }) => state.rules)
  const findings = useFindings()
  const suggestions = useSuggestions()
  const people = usePeople()
  const list = useRef<VirtuosoHandle>(null)
  const [filter, setFilter] = useState(allRules)
  const [open, setOpen] = useState<Open | null>(null)
  const [done, setDone] = useState<Done | null>(null)
  const [aimedAt, setAimedAt] = useState<RuleId | null>(null)

  const all = useMemo(() => [...rules.values()].toSorted((a, b) => b.createdMs - a.createdMs), [rules])
  const wordsOf = useMemo(() => ruleWords(t, people), [t, people])
  const wanted = useDeferredValue(filter)
  const shown = useMemo(() => filterRules(all, wanted, wordsOf, findings), [all, wanted, wordsOf, findings])

  const show = (id: RuleId): void => {
    setFilter(allRules)
    setAimedAt(id)
  }
  useAimedRow(list, shown, wanted === allRules ? aimedAt : null)
  useAim((aim) => {
    if (aim.rule !== undefined) show(aim.rule)
    if (aim.act === 'add-rule') setOpen({ dialog: 'rule', rule: null })
    if (aim.act === 'import-rules') setOpen({ dialog: 'import' })
  })

  const context: Context = {
    top: {
      all: all.length,
      shown: shown.length,
      filter,
      found: findings.size,
      suggestions,
      onFilter: (next) => {
        setFilter(next)
        setAimedAt(null)
      },
      onAdd: () => setOpen({ dialog: 'rule', rule: null }),
      onImport: () => setOpen({ dialog: 'import' }),
      onSuggestion: ({ draft }) => setOpen({ dialog: 'rule', rule: null, start: draft }),
    },
    findings,
    aimedAt,
    onEdit: (rule) => setOpen({ dialog: 'rule', rule }),
    onRemoved: (rule) => {
      setDone({ what: 'removed', rule })
      focusBeside(shown, rule)
    },
    onShow: show,
  }

  if (loading) return <Skeleton label={t('door.loading')} />
  return (
    <div className={css.screen}>
      <Virtuoso
        ref={list}
        className={css.list ?? ''}
        data={shown}
        context={context}
        computeItemKey={keyOf}
        increaseViewportBy={400}
        components={parts}
        itemContent={renderRow}
      />
      {done !== null && <RulesFoot done={done} onOver={() => setDone(null)} />}
      {open?.dialog === 'rule' && (
        <RuleDialog
          key={open.rule?.id ?? 'new'}
          rule={open.rule}
          {...(open.start === undefined ? {} : { start: open.start })}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.dialog === 'import' && (
        <ImportDialog
          onClose={() => setOpen(null)}
          onTaken={(count) => {
            setDone({ what: 'taken', count })
            setOpen(null)
          }}
        />
      )}
    </div>
  )
}

/** Does what a link or a command wants of this screen, once. */
function useAim(act: (aim: Aim) => void): void {
  const aim = useAims((aims) => aims.aim)
  const take = useAims((aims) => aims.take)
  const reach = useEffectEvent(act)
  useEffect(() => {
    if (aim.rule === undefined && aim.act !== 'add-rule' && aim.act !== 'import-rules') return
    reach(aim)
    take({})
  }, [aim, take])
}

/** Whoever goes by the keyboard goes on where the rule stood that is gone. */
function focusBeside(shown: readonly Rule[], gone: Rule): void {
  const index = shown.findIndex(({ id }) => id === gone.id)
  const beside = shown[index + 1] ?? shown[index - 1]
  if (beside !== undefined) rowOf(beside.id)?.focus({ preventScroll: true })
}

function rowOf(id: RuleId): HTMLElement | null {
  return document.querySelector(`[data-rule="${id}"]`)
}

/** Brings the rule that a link led to into sight, and the focus with it. */
function useAimedRow(
  list: RefObject<VirtuosoHandle | null>,
  shown: readonly Rule[],
  aimedAt: RuleId | null,
): void {
  const index = aimedAt === null ? -1 : shown.findIndex(({ id }) => id === aimedAt)
  const isThere = index >= 0
  const place = useEffectEvent((id: RuleId) => {
    list.current?.scrollIntoView({
      index,
      align: 'center',
      done: () => rowOf(id)?.focus({ preventScroll: true }),
    })
  })
  useEffect(() => {
    if (isThere && aimedAt !== null) place(aimedAt)
  }, [aimedAt, isThere])
}

function keyOf(_: number, rule: Rule): string {
  return rule.id
}

const nothing: readonly Finding[] = []

function renderRow(_: number, rule: Rule, { findings, aimedAt, ...on }: Context): ReactNode {
  return (
    <RuleRow
      rule={rule}
      findings={findings.get(rule.id) ?? nothing}
      isAimedAt={aimedAt === rule.id}
      onEdit={on.onEdit}
      onRemoved={on.onRemoved}
      onShow={on.onShow}
    />
  )
}

function Top({ context }: { context: Context }): ReactNode {
  return <RulesTop {...context.top} />
}

function Nothing({ context: { top } }: { context: Context }): ReactNode {
  const { t } = useTranslation()
  return top.all === 0 ? (
    <EmptyState icon={<ListChecks />} title={t('door.empty.rules.title')} text={t('door.empty.rules.text')} />
  ) : (
    <EmptyState icon={<SearchX />} title={t('door.rules.filter.none')} text={t('door.rules.filter.noneText')} />
  )
}

function End({ context }: { context: Context }): ReactNode {
  return context.top.shown === 0 ? null : <div className={css.end} />
}

const parts = { Header: Top, EmptyPlaceholder: Nothing, Footer: End }
