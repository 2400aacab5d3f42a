import { Moon } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Knock } from '../../shared/model/door.ts'
import { doorStore } from '../features/door/store.ts'
import { useQuiet } from '../features/settings/use-quiet.ts'
import { paths } from '../nav/paths.ts'
import { Button } from '../ui/Button.tsx'
import { FailureNote } from '../ui/FailureNote.tsx'
import { Popover } from '../ui/Popover.tsx'
import { clock } from '../ui/when.ts'
import css from './Rail.module.css'

/** Under the lamp while nobody is to disturb, with its end, so that it is not forgotten; a click switches it off. */
export function QuietButton(): ReactNode {
  const { t } = useTranslation()
  const { doNotDisturb, end, choose, failure, dismiss } = useQuiet()
  const { on, untilMs, contacts } = doNotDisturb
  const waiting = doorStore.use(({ state }) => countQuiet(state.knocks.values()))
  const [isOpen, setIsOpen] = useState(false)
  if (!on) return null
  const leave = (): void => setIsOpen(false)
  const short = untilMs === null ? t('frame.quiet.on') : clock(untilMs)
  const said = end === null ? t('frame.quiet.on') : t('frame.quiet.until', { time: end })
  return (
    <Popover
      title={t('frame.quiet.title')}
      side="right"
      align="start"
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <button type="button" className={css.quiet} aria-label={`${t('frame.quiet.title')}: ${said}`}>
          <Moon />
          <span className={css.quietUntil}>{short}</span>
        </button>
      }
    >
      <div className={css.report}>
        <h2 className={css.reportTitle}>
          <Moon className={css.reportIcon} />
          {t('frame.quiet.title')}
        </h2>
        <ul className={css.reasons}>
          <li>{end === null ? t('frame.quiet.openNote') : t('frame.quiet.untilNote', { time: end })}</li>
          <li>{t('frame.quiet.what')}</li>
          {contacts && <li>{t('frame.quiet.contacts')}</li>}
          {waiting > 0 && (
            <li>
              <Link href={paths.door} className={css.reportLink} onClick={leave}>
                {t('frame.quiet.waiting', { count: waiting })}
              </Link>
            </li>
          )}
        </ul>
        {failure !== null && <FailureNote failure={failure} onDismiss={dismiss} />}
        <div className={css.reportFoot}>
          <Link href={paths.settingsSection('notifications')} className={css.reportLink} onClick={leave}>
            {t('frame.quiet.more')}
          </Link>
          <Button size="small" onClick={() => choose('off')}>
            {t('frame.quiet.off')}
          </Button>
        </div>
      </div>
    </Popover>
  )
}

function countQuiet(knocks: Iterable<Knock>): number {
  let count = 0
  for (const { quiet, state } of knocks) if (quiet && (state === 'pending' || state === 'queued')) count += 1
  return count
}
