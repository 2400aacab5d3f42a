import { CopyCheck, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Site } from '../../../shared/model/sites.ts'
import type { Call } from '../../bridge/use-call.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './Sites.module.css'

/** What others can keep of a site, and what has to be done so that it is what visitors see. */
export function CopiesLine({ site: { copies }, refresh }: { site: Site; refresh: Call<[], Site> }): ReactNode {
  const { t } = useTranslation()
  switch (copies.kind) {
    case 'off':
      return null
    case 'making': {
      const { doneBytes, bytes } = copies
      const done = sizeText(doneBytes)
      const words = bytes === null ? t('sites.copies.making', { done }) : t('sites.copies.makingOf', { done, all: sizeText(bytes) })
      return (
        <li>
          <CopyCheck aria-hidden="true" />
          <span className={css.making}>
            <span>{words}</span>
            <Progress label={words} value={bytes === null ? null : doneBytes / Math.max(1, bytes)} />
          </span>
        </li>
      )
    }
    case 'made':
      return (
        <li>
          <CopyCheck aria-hidden="true" />
          <span>
            {t('sites.copies.made', { count: copies.files, size: sizeText(copies.bytes) })} <Time form="ago" atMs={copies.madeMs} />
          </span>
        </li>
      )
    case 'behind':
      return (
        <li className={css.wrong}>
          <TriangleAlert aria-hidden="true" />
          <span className={css.todo}>
            <span>{t('sites.copies.behind')}</span>
            <Button size="small" tone="strong" busy={refresh.busy} onClick={() => void refresh.run()}>
              {t('sites.copies.publish')}
            </Button>
          </span>
        </li>
      )
    case 'failed':
      return (
        <li className={css.wrong}>
          <TriangleAlert aria-hidden="true" />
          <span className={css.todo}>
            <span>{t('sites.copies.failed', { why: copies.why })}</span>
            <Button size="small" busy={refresh.busy} onClick={() => void refresh.run()}>
              {t('sites.copies.again')}
            </Button>
          </span>
        </li>
      )
  }
}
