import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { peersStore } from '../features/peers/store.ts'
import { useReport } from '../features/reach/use-report.ts'
import { paths } from '../nav/paths.ts'
import { Button } from '../ui/Button.tsx'
import { FailureNote } from '../ui/FailureNote.tsx'
import { Lamp } from '../ui/Lamp.tsx'
import { Popover } from '../ui/Popover.tsx'
import css from './Rail.module.css'

/** At the head of the rail: how others can reach this device, and on a click why, in words that can be copied. */
export function LampButton(): ReactNode {
  const { t } = useTranslation()
  const { lamp, why, listening } = peersStore.use(({ state }) => state.reachability)
  const name = t(`frame.lamp.${lamp}`)
  const { copied, copy, failure, dismiss } = useReport()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Popover
      title={t('frame.lamp.title')}
      side="right"
      align="start"
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <button type="button" className={css.lamp} aria-label={`${t('frame.lamp.title')}: ${name}`}>
          <Lamp lamp={lamp} size={24} />
        </button>
      }
    >
      <div className={css.report}>
        <h2 className={css.reportTitle}>
          <Lamp lamp={lamp} />
          {name}
        </h2>
        <ul className={css.reasons}>
          {why.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
          <li>{t('frame.lamp.listening', { count: listening.length })}</li>
        </ul>
        {failure !== null && <FailureNote failure={failure} kept={t('reach.copyKept')} onDismiss={dismiss} />}
        <div className={css.reportFoot}>
          <Link href={paths.network} className={css.reportLink} onClick={() => setIsOpen(false)}>
            {t('frame.lamp.more')}
          </Link>
          <Button size="small" onClick={copy}>
            {copied ? t('copied') : t('reach.copy')}
          </Button>
        </div>
      </div>
    </Popover>
  )
}
