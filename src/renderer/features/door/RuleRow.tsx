import { Pencil, Trash2, TriangleAlert } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { RuleId } from '../../../shared/ids.ts'
import type { Finding, Rule } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { usePeople } from '../contacts/store.ts'
import { LedgerName } from '../names/LedgerName.tsx'
import { paths } from '../../nav/paths.ts'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { Time } from '../../ui/Time.tsx'
import { useNow } from '../../ui/use-now.ts'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { useAims } from './aims.ts'
import css from './Rules.module.css'
import { ruleText, untilText } from './wording.ts'

export interface RuleRowProps {
  rule: Rule
  findings: readonly Finding[]
  /** A link led here. */
  isAimedAt: boolean
  onEdit: (rule: Rule) => void
  onRemoved: (rule: Rule) => void
  onShow: (id: RuleId) => void
}

/** A rule in a sentence, its facts, what was found out about it, and what can be done with it. */
export const RuleRow = memo(function RuleRow(props: RuleRowProps): ReactNode {
  const { rule, findings, isAimedAt, onEdit, onRemoved, onShow } = props
  const { t } = useTranslation()
  const client = useClient()
  const people = usePeople()
  const enable = useCall((enabled: boolean) => client.door.enableRule({ id: rule.id, enabled }))
  const remove = useCall(async () => {
    await client.door.removeRule({ id: rule.id })
    onRemoved(rule)
  })
  const text = ruleText(t, rule, people)
  const failure = enable.failure ?? remove.failure
  return (
    <div className={cx(css.row, isAimedAt && css.aimed)} data-rule={rule.id} tabIndex={-1}>
      <div className={cx(css.item, !rule.enabled && css.off)}>
        <VerdictIcon verdict={rule.verdict} />
        <div className={css.words}>
          <p className={css.title}>
            <bdi>{text}</bdi>
            {rule.who.kind === 'account' && <LedgerName className={css.owns} account={rule.who.account} />}
          </p>
          <RuleFacts rule={rule} text={text} />
          {rule.note !== '' && (
            <p className={css.note}>
              <bdi>{rule.note}</bdi>
            </p>
          )}
          {findings.map((finding) => (
            <Found key={`${finding.kind} ${finding.by}`} finding={finding} onShow={onShow} />
          ))}
        </div>
        <div className={css.actions}>
          <Switch
            hideLabel
            label={t('door.rules.enabled', { rule: text })}
            checked={rule.enabled}
            disabled={enable.busy}
            onChange={(enabled) => void enable.run(enabled)}
          />
          <IconButton
            label={t('door.rules.edit', { rule: text })}
            icon={<Pencil />}
            aria-haspopup="dialog"
            onClick={() => onEdit(rule)}
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
    </div>
  )
})

/** Until when, of what rank, where it comes from, and how often it spoke; that leads to what it decided. */
function RuleFacts({ rule, text }: { rule: Rule; text: string }): ReactNode {
  const { t } = useTranslation()
  const take = useAims(({ take }) => take)
  const nowMs = useNow(15_000)
  const facts = [
    rule.enabled ? '' : t('door.rules.off'),
    untilText(t, rule.until, nowMs),
    rule.priority === 0 ? '' : t('door.rules.priority', { priority: rule.priority }),
    t(`door.rules.origin.${rule.origin}`),
  ]
  const used = t('door.rules.hits', { count: rule.hits })
  return (
    <p className={css.facts}>
      {facts.filter(Boolean).join(' · ')}
      {' · '}
      {rule.hits === 0 ? (
        used
      ) : (
        <Link
          href={paths.doorSection('log')}
          className={css.link ?? ''}
          aria-label={`${used}. ${t('door.rules.inLogLabel', { rule: text })}`}
          title={t('door.rules.inLog')}
          onClick={() => take({ log: { rule: rule.id } })}
        >
          {used}
        </Link>
      )}
      {rule.lastHitMs !== null && (
        <>
          , {t('door.rules.last')} <Time form="ago" atMs={rule.lastHitMs} />
        </>
      )}
    </p>
  )
}

function Found({ finding, onShow }: { finding: Finding; onShow: (id: RuleId) => void }): ReactNode {
  const { t } = useTranslation()
  const { kind, by, why } = finding
  return (
    <p className={css.found}>
      <TriangleAlert aria-hidden="true" />
      <span>
        <strong className={css.kind}>{t(`door.rules.found.${kind}`)}.</strong> {why}{' '}
        {by !== null && (
          <button type="button" className={css.link} onClick={() => onShow(by)}>
            {t('door.rules.showOther')}
          </button>
        )}
      </span>
    </p>
  )
}
