import { CircleCheck, CirclePause, Scale, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { LedgerStatus, ValidatorState } from '../../../shared/model/consensus.ts'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { countText } from '../../ui/amounts.ts'
import { cx } from '../../ui/cx.ts'
import { Key } from '../../ui/Key.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Page } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { useMe } from '../identity/store.ts'
import { LedgerName } from '../names/LedgerName.tsx'
import { peersStore } from '../peers/store.ts'
import ledger from './Ledger.module.css'
import type { ViewProps } from './Ledger.tsx'
import { ledgerStore } from './store.ts'
import { msText } from './times.ts'
import { useLedgerNames } from './use-names.ts'
import css from './Validators.module.css'

/** Who decides, and how each keeps time against Δ. */
export function Validators({ back }: ViewProps): ReactNode {
  const { t } = useTranslation()
  const status = ledgerStore.use(({ state }) => state.status)
  if (status === null) return null
  const { validators, roundMs, quorum } = status
  const isAlone = validators.length === 1
  return (
    <>
      <PaneHeader title={t('ledger.view.validators')} back={back} />
      <Page>
        <div className={css.intro}>
          <p>{t('ledger.validators.note')}</p>
          {isAlone ? (
            <p>{validators[0]?.mine === true ? t('ledger.validators.alone') : null}</p>
          ) : (
            <>
              <p>{t('ledger.validators.model', { ms: countText(roundMs) })}</p>
              <p>{t('ledger.validators.faults', { count: quorum.faults })}</p>
            </>
          )}
        </div>
        {!isAlone && status.leading !== null && <Leading leading={status.leading} />}
        <ul className={css.rows} aria-label={t('ledger.validators.list')}>
          {validators.map((validator) => (
            <li key={validator.peerId} className={cx(css.row, validator.mine && css.mine)}>
              <ValidatorRow validator={validator} roundMs={roundMs} isAlone={isAlone} />
            </li>
          ))}
        </ul>
      </Page>
    </>
  )
}

function Leading({ leading }: { leading: NonNullable<LedgerStatus['leading']> }): ReactNode {
  const { t } = useTranslation()
  if (leading.verdict === 'stay-silent') {
    return (
      <Banner
        tone="warning"
        title={t('ledger.validators.silent')}
        text={
          <>
            <p>{leading.why}</p>
            <p>{t('ledger.validators.modelLead')}</p>
          </>
        }
      />
    )
  }
  return (
    <div className={css.leads}>
      <p className={css.leadsTitle}>
        <CircleCheck aria-hidden="true" />
        {t('ledger.validators.leads')}
      </p>
      <p className={ledger.soft}>{t('ledger.validators.modelLead')}</p>
    </div>
  )
}

interface RowProps {
  validator: ValidatorState
  roundMs: number
  isAlone: boolean
}

function ValidatorRow({ validator, roundMs, isAlone }: RowProps): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const { peerId, label, mine, connected, ledMs, accused } = validator
  const name = mine && label !== '' ? label : names.validator(validator)
  const own = useMe()?.account ?? null
  const proven = peersStore.use(({ state }) => state.peers.get(peerId)?.account ?? null)
  return (
    <>
      <div className={css.head}>
        <span className={css.words}>
          <span className={css.nameLine}>
            <bdi className={css.name}>{name}</bdi>
            <LedgerName account={mine ? own : proven} />
            {mine && <span className={css.tag}>{t('ledger.device')}</span>}
            {accused && (
              <Link href={paths.ledgerView('evidence')} className={css.accused} title={t('ledger.validators.accusedLink')}>
                <Scale aria-hidden="true" />
                {t('ledger.validators.accused')}
              </Link>
            )}
          </span>
          <span className={css.facts}>
            {!mine && (
              <span className={css.fact}>
                {!connected && <Unplug aria-hidden="true" />}
                {t(connected ? 'ledger.validators.connected' : 'ledger.validators.away')}
              </span>
            )}
            <span>
              {ledMs === null ? (
                t('ledger.validators.neverLed')
              ) : (
                <>
                  {t('ledger.validators.led')} <Time atMs={ledMs} form="ago" />
                </>
              )}
            </span>
          </span>
        </span>
        <Key value={peerId} label={t('key.peer')} />
      </div>
      {!isAlone && <Delay validator={validator} roundMs={roundMs} />}
    </>
  )
}

/** How far into Δ it comes at its worst; beyond, how much of it is too much. */
function Delay({ validator: { mine, worstMs }, roundMs }: Omit<RowProps, 'isAlone'>): ReactNode {
  const { t } = useTranslation()
  if (mine) return null
  if (worstMs === null) {
    return (
      <p className={css.unheard}>
        <CirclePause aria-hidden="true" />
        {t('ledger.validators.unheard')}
      </p>
    )
  }
  const isOver = worstMs > roundMs
  const scaleMs = Math.max(roundMs, worstMs)
  const figures = { worst: msText(worstMs), delta: countText(roundMs) }
  return (
    <div className={css.delay}>
      <span className={css.track} aria-hidden="true">
        <span className={css.level} style={{ inlineSize: `${(worstMs / scaleMs) * 100}%` }} />
        {isOver && <span className={css.over} style={{ '--delta': `${(roundMs / scaleMs) * 100}%` }} />}
      </span>
      <span className={cx(css.figure, isOver && css.overText)}>
        {t(isOver ? 'ledger.validators.over' : 'ledger.validators.figure', figures)}
      </span>
    </div>
  )
}
