import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FolderLook } from '../../../shared/model/sites.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { unlikely, type Unlikely } from './look-warnings.ts'
import css from './Publish.module.css'
import type { Look } from './use-look.ts'

/** What lies in the folder, before anybody is shown it, and what speaks against it. */
export function LookNote({ look, isFallback }: { look: Look | null; isFallback: boolean }): ReactNode {
  const { t } = useTranslation()
  if (look === null || look.is === 'failed') return null
  if (look.is === 'looking') return <output className={css.faint}>{t('sites.dialog.what.looking')}</output>
  return <Seen look={look.look} isFallback={isFallback} />
}

/** What makes it likely that another folder was meant, and what follows from showing this one. */
export function Against({ what }: { what: Unlikely }): ReactNode {
  const { t } = useTranslation()
  return (
    <Banner
      tone={what === 'project' ? 'info' : 'error'}
      title={t(`sites.dialog.look.private.${what}`)}
      text={t(`sites.dialog.look.privateText.${what}`)}
    />
  )
}

function Seen({ look, isFallback }: { look: FolderLook; isFallback: boolean }): ReactNode {
  const { t } = useTranslation()
  const { files, bytes, hasIndex, hidden, hiddenFiles, isMore } = look
  const against = unlikely(look)
  const Icon = files > 0 && hasIndex ? CircleCheck : TriangleAlert
  return (
    <div className={css.look}>
      <p className={css.seen} data-good={files > 0 && hasIndex}>
        <Icon aria-hidden="true" />
        <span>
          {t(isMore ? 'sites.dialog.look.more' : 'sites.dialog.look.files', { count: files, size: sizeText(bytes) })}.{' '}
          {hasIndex && t('sites.dialog.look.index')}
        </span>
      </p>
      {against !== null && <Against what={against} />}
      {!hasIndex && against === null && (
        <Banner
          tone="warning"
          title={t('sites.dialog.look.noIndex')}
          text={t(isFallback ? 'sites.dialog.look.noIndexFallback' : 'sites.dialog.look.noIndexText')}
        />
      )}
      {hiddenFiles > 0 && (
        <Disclosure title={t('sites.dialog.look.hidden', { count: hiddenFiles })}>
          <ul className={css.hidden}>
            {hidden.map(({ path, why }) => (
              <li key={path}>
                <bdi className={css.file}>{path}</bdi> <span className={css.faint}>{why}</span>
              </li>
            ))}
          </ul>
          {hiddenFiles > hidden.length && (
            <p className={css.faint}>{t('sites.dialog.look.andMore', { count: hiddenFiles - hidden.length })}</p>
          )}
        </Disclosure>
      )}
    </div>
  )
}
