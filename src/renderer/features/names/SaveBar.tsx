import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { NEWER_ZONE } from './NewerZone.tsx'
import css from './SaveBar.module.css'
import type { ZoneEdit } from './use-zone-edit.ts'

/** What is wrong may be far up the page, or out of it. */
function showFirstFault(): void {
  requestAnimationFrame(() => {
    const wrong = '[aria-invalid], [data-refused] input, [data-refused] select'
    document.getElementById('content')?.querySelector<HTMLElement>(wrong)?.focus()
  })
}

/** Likewise: which of the two counts is said there. */
function showNewer(): void {
  const newer = document.getElementById(NEWER_ZONE)
  newer?.scrollIntoView({ block: 'start' })
  newer?.querySelector('button')?.focus({ preventScroll: true })
}

/** At the foot of the page while something is written and not signed: in sight wherever one is on it. */
export function SaveBar({ edit }: { edit: ZoneEdit }): ReactNode {
  const { t } = useTranslation()
  const { changes, faulty, wasTried, refusal, failure, done, removed, newer } = edit
  const isShown = changes > 0 || done !== null
  if (!isShown) return null
  if (changes === 0 && done !== null) {
    return (
      <div className={css.bar}>
        <output className={css.done}>
          <Check aria-hidden="true" />
          {t('namesZone.save.done', { count: done.held, asked: done.asked })}
        </output>
      </div>
    )
  }
  const hasFaults = wasTried && faulty > 0
  return (
    <section className={css.bar} aria-label={t('namesZone.save.bar')}>
      {failure !== null && <FailureNote failure={failure} kept={t('namesZone.save.kept')} onDismiss={edit.dismiss} />}
      {refusal?.row === null && <Banner tone="error" title={t('namesZone.save.refused')} text={refusal.why} />}
      <div className={css.line}>
        <p className={css.words} role={hasFaults ? 'alert' : undefined}>
          {edit.isBusy
            ? t('namesZone.save.busy')
            : newer !== null
              ? t('namesZone.save.newer')
              : hasFaults
                ? t('namesZone.save.faults', { count: faulty })
                : refusal !== null
                  ? t('namesZone.save.refused')
                  : t('namesZone.save.changes', { count: changes })}
        </p>
        {removed !== null && (
          <Button size="small" tone="quiet" autoFocus onClick={removed.undo}>
            {t('namesZone.putBack')}
          </Button>
        )}
        <Button disabled={edit.isBusy} onClick={edit.discard}>
          {t('namesZone.save.discard')}
        </Button>
        {newer === null ? (
          <Button tone="primary" busy={edit.isBusy} onClick={() => void edit.save().then(showFirstFault)}>
            {t('namesZone.save.go')}
          </Button>
        ) : (
          <Button tone="primary" disabled={edit.isBusy} onClick={showNewer}>
            {t('namesZone.save.showNewer')}
          </Button>
        )}
      </div>
    </section>
  )
}
