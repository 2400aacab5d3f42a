import { ListChecks, Plus, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rule } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { usePeople } from '../contacts/store.ts'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { Time } from '../../ui/Time.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import css from './Door.module.css'
import { RuleDialog } from './RuleDialog.tsx'
import { doorStore } from './store.ts'
import { ruleText, untilText } from './wording.ts'

export function Rules(): ReactNode {
  const { t } = useTranslation()
  const loading = doorStore.use(({ freshness }) => freshness === 'loading')
  const rules = doorStore.use(({ state }) => state.rules)
  const [adding, setAdding] = useState(false)

  if (loading) return <Skeleton label={t('door.loading')} />
  return (
    <div className={css.page}>
      <div className={css.bar}>
        <p className={css.intro}>{t('door.rules.text')}</p>
        <Button icon={<Plus />} onClick={() => setAdding(true)}>
          {t('door.rules.add')}
        </Button>
      </div>
      {rules.size === 0 ? (
        <EmptyState icon={<ListChecks />} title={t('door.empty.rules.title')} text={t('door.empty.rules.text')} />
      ) : (
        <ul className={css.list}>
          {[...rules.values()]
            .toSorted((a, b) => b.createdMs - a.createdMs)
            .map((rule) => (
              <RuleRow key={rule.id} rule={rule} />
            ))}
        </ul>
      )}
      {adding && <RuleDialog onClose={() => setAdding(false)} />}
    </div>
  )
}

function RuleRow({ rule }: { rule: Rule }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const people = usePeople()
  const enable = useCall((enabled: boolean) => client.door.enableRule({ id: rule.id, enabled }))
  const remove = useCall(() => client.door.removeRule({ id: rule.id }))
  const text = ruleText(t, rule, people)
  const failure = enable.failure ?? remove.failure
  const facts = [
    rule.enabled ? '' : t('door.rules.off'),
    untilText(t, rule.until, Date.now()),
    t(`door.rules.origin.${rule.origin}`),
    t('door.rules.hits', { count: rule.hits }),
  ]
  return (
    <li>
      <div className={cx(css.item, !rule.enabled && css.off)}>
        <VerdictIcon verdict={rule.verdict} />
        <div className={css.itemWords}>
          <p className={css.itemTitle}>
            <bdi>{text}</bdi>
          </p>
          <p className={css.itemNote}>
            {facts.filter(Boolean).join(' · ')}
            {rule.lastHitMs !== null && (
              <>
                , {t('door.rules.last')} <Time form="ago" atMs={rule.lastHitMs} />
              </>
            )}
          </p>
          {rule.note !== '' && <p className={css.itemNote}>{rule.note}</p>}
        </div>
        <div className={css.itemActions}>
          <Switch
            hideLabel
            label={t('door.rules.enabled', { rule: text })}
            checked={rule.enabled}
            disabled={enable.busy}
            onChange={(enabled) => void enable.run(enabled)}
          />
          <IconButton
            label={t('door.rules.remove', { rule: text })}
            icon={<Trash2 />}
            disabled={remove.busy}
            onClick={() => void remove.run()}
          />
        </div>
      </div>
      {failure !== null && <FailureNote failure={failure} />}
    </li>
  )
}
