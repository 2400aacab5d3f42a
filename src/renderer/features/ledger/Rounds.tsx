import { ArrowLeft, ArrowUp, Box, CircleDashed, CircleSlash, Grid3x3 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { SlotRounds } from '../../../shared/model/consensus.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import type { ViewProps } from './Ledger.tsx'
import css from './Rounds.module.css'
import { SlotPage } from './SlotPage.tsx'
import { roundsKey } from './state.ts'
import { ledgerStore } from './store.ts'
import { msText, slotClock } from './times.ts'
import { useHeld } from './use-held.ts'

/** The last slots, and who signed what in one of them: the newest, until another is chosen. */
export function Rounds({ back, chosen }: ViewProps): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const rounds = ledgerStore.use(({ state }) => state.rounds)
  const role = ledgerStore.use(({ state }) => state.status?.role)
  const held = useHeld(rounds, roundsKey)
  const toAll = { label: t('ledger.rounds.back'), onBack: () => go(paths.ledgerView('rounds')) }
  // A slot in which nobody signed says less than the one before it.
  const followed = held.shown.find(({ marks }) => marks.length > 0) ?? held.shown[0]
  const shown = chosen === null ? followed : rounds.find(({ slot }) => String(slot) === chosen)

  return (
    <>
      <PaneHeader title={t('ledger.view.rounds')} back={chosen === null ? back : toAll} />
      {rounds.length === 0 && chosen === null ? (
        <EmptyState
          icon={<Grid3x3 />}
          title={t('ledger.rounds.none')}
          text={t(role === 'follower' ? 'ledger.rounds.noneFollower' : 'ledger.rounds.noneText')}
        />
      ) : (
        <div
          className={css.room}
          onPointerEnter={() => held.hold('pointer', true)}
          onPointerLeave={() => held.hold('pointer', false)}
        >
          <div className={cx(css.split, chosen !== null && css.isChosen)}>
            <div className={css.slots}>
              <header className={css.head}>
                <h2 className={css.title}>{t('ledger.rounds.list')}</h2>
                {held.newer > 0 && (
                  <Button size="small" tone="quiet" icon={<ArrowUp />} className={css.newer} onClick={held.showNewer}>
                    {t('ledger.rounds.newer', { count: held.newer })}
                  </Button>
                )}
              </header>
              <ul>
                {held.shown.map((slot) => (
                  <li key={roundsKey(slot)}>
                    <SlotRow slot={slot} isShown={shown !== undefined && roundsKey(slot) === roundsKey(shown)} />
                  </li>
                ))}
              </ul>
            </div>
            <div className={css.slot}>
              <Link href={paths.ledgerView('rounds')} className={css.up}>
                <ArrowLeft />
                {t('ledger.rounds.back')}
              </Link>
              {shown === undefined ? (
                <EmptyState icon={<Grid3x3 />} title={t('ledger.rounds.gone')} text={t('ledger.rounds.goneText')} />
              ) : (
                <SlotPage slot={shown} />
              )}
            </div>
          </div>
        </div>
      )}
    </>
  )
}

function SlotRow({ slot, isShown }: { slot: SlotRounds; isShown: boolean }): ReactNode {
  const { t } = useTranslation()
  const { outcome, startMs } = slot
  const state = outcome === null ? 'open' : outcome.decision
  const Icon = icons[state]
  const detail = outcome?.decision === 'block' ? t('ledger.rounds.ms', { ms: msText(outcome.offsetMs) }) : null
  return (
    <Link href={paths.slot(slot.slot)} className={rowAction} aria-current={isShown ? 'page' : undefined}>
      <Row
        leading={<Icon />}
        title={t('ledger.rounds.slot', { slot: slot.slot })}
        meta={<time dateTime={new Date(startMs).toISOString()}>{slotClock(startMs)}</time>}
        detail={[t(`ledger.rounds.${state}`), detail].filter(Boolean).join(' · ')}
      />
    </Link>
  )
}

const icons = { open: CircleDashed, block: Box, nothing: CircleSlash } as const
