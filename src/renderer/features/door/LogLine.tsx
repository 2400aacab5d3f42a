import { ChevronRight } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Decision } from '../../../shared/model/door.ts'
import { usePeople } from '../contacts/store.ts'
import { LedgerName } from '../names/LedgerName.tsx'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { cx } from '../../ui/cx.ts'
import { Key, shortKey } from '../../ui/Key.tsx'
import { Facts } from '../../ui/Section.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { fullWhen, withLocalTimes } from '../../ui/when.ts'
import { useAims } from './aims.ts'
import { kindOf } from './choice.ts'
import css from './DecisionLog.module.css'
import { doorStore } from './store.ts'
import { useRelayName } from './use-relay-name.ts'
import { capabilityText, nameFor, ruleText } from './wording.ts'

export interface LogLineProps {
  decision: Decision
  isOpen: boolean
  onOpen: (seq: number | null) => void
}

/** A decision in a line; opened, all that it depended on. */
export function LogLine({ decision, isOpen, onOpen }: LogLineProps): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const facts = useId()
  const { verdict, account, peerId, capability, why, by, atMs, seq } = decision
  const who = account === null ? t('door.log.device', { key: shortKey(peerId) }) : nameFor(t, account, people)
  return (
    <div className={css.decision}>
      <button
        type="button"
        className={css.item}
        aria-expanded={isOpen}
        aria-controls={isOpen ? facts : undefined}
        onClick={() => onOpen(isOpen ? null : seq)}
      >
        <ChevronRight className={cx(css.chevron, isOpen && css.turned)} aria-hidden="true" />
        <VerdictIcon verdict={verdict} />
        <span className={css.words}>
          <span className={css.what}>
            <span className={css.verdict}>{t(`door.log.verdict.${verdict}`)}</span>
            <bdi className={css.who}>{who}</bdi>
            <LedgerName account={account} />
            <span className={css.capability}>{capabilityText(t, capability)}</span>
          </span>
          <span className={css.why}>
            {withLocalTimes(why)} · {t(`door.log.by.${by}`)}
          </span>
        </span>
        <span className={css.when}>
          <time dateTime={new Date(atMs).toISOString()}>{fullWhen(atMs)}</time>
          <span>#{seq}</span>
        </span>
      </button>
      {isOpen && (
        <div id={facts} className={css.facts}>
          <DecisionFacts decision={decision} />
        </div>
      )}
    </div>
  )
}

function DecisionFacts({ decision }: { decision: Decision }): ReactNode {
  const { t } = useTranslation()
  const { account, peerId, capability, rule, facts, hash } = decision
  const words = (name: string, value: string | null): { name: string; value: ReactNode }[] =>
    value === null || value === '' ? [] : [{ name, value: <bdi>{value}</bdi> }]
  const through = useRelayName({ route: facts?.route ?? 'direct', through: facts?.through ?? null })
  const about = facts?.about
  const all = [
    ...(facts === null || about === undefined
      ? [{ name: t('door.log.facts.route'), value: t('door.log.facts.none') }]
      : [
          {
            name: t('door.log.facts.route'),
            value: through === null ? t(`route.${facts.route}`) : t('door.knock.through', { name: through }),
          },
          {
            name: t('door.log.facts.contact'),
            value: t(facts.contact ? 'door.log.facts.isContact' : 'door.log.facts.noContact'),
          },
          ...words(t('door.log.facts.groups'), facts.groups.join(', ')),
          ...words(t('door.log.facts.names'), facts.names.join(', ')),
          ...words(
            t(kindOf(capability) === 'file' ? 'door.log.facts.name' : 'door.log.facts.named'),
            about.name === null ? null : `“${about.name}”`,
          ),
          ...words(t('door.log.facts.size'), about.bytes === null ? null : sizeText(about.bytes)),
          ...words(
            t(kindOf(capability) === 'app' ? 'door.log.facts.request' : 'door.log.facts.path'),
            about.path === null ? null : `“${about.path}”`,
          ),
        ]),
    ...(rule === null ? [] : [{ name: t('door.log.facts.rule'), value: <RuleLink id={rule} /> }]),
    {
      name: t('door.log.facts.account'),
      value: account === null ? t('door.log.facts.unproven') : <Key value={account} label={t('key.account')} />,
    },
    { name: t('door.log.facts.device'), value: <Key value={peerId} label={t('key.peer')} /> },
    { name: t('door.log.facts.hash'), value: <Key value={hash} label={t('door.log.facts.hash')} /> },
  ]
  return <Facts facts={all} />
}

function RuleLink({ id }: { id: NonNullable<Decision['rule']> }): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const take = useAims((aims) => aims.take)
  const rule = doorStore.use(({ state }) => state.rules.get(id))
  if (rule === undefined) return t('door.log.facts.ruleGone')
  return (
    <Link href={paths.doorSection('rules')} className={css.link ?? ''} onClick={() => take({ rule: id })}>
      <bdi>{ruleText(t, rule, people)}</bdi>
    </Link>
  )
}
