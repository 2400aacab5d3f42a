import { CircleAlert, CircleCheck, Download as Arrow, FolderOpen, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Download } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import css from './Downloads.module.css'
import { DownloadProgress, downloadText } from './DownloadProgress.tsx'
import { putAway, underThePage } from './state.ts'
import { browseStore } from './store.ts'
import { useTabs } from './use-tabs.ts'

/** Beside each other under a page; the others stand on their own page. */
const SHOWN = 2

/** Under the page, which it pushes up: what comes in, and what became of it, until it is put away. */
export function DownloadBar(): ReactNode {
  const { t } = useTranslation()
  const told = underThePage(browseStore.use(({ state }) => state))
  if (told.length === 0) return null
  return (
    <section className={css.bar} aria-label={t('browsePages.downloads.bar')}>
      <ul className={css.barList}>
        {told.slice(0, SHOWN).map((download) => (
          <Told key={download.id} download={download} />
        ))}
      </ul>
      <Link href={paths.browseView('downloads')} className={css.link}>
        {t('browsePages.downloads.all')}
      </Link>
      <IconButton
        label={t('browsePages.downloads.dismiss')}
        side="top"
        icon={<X />}
        onClick={() => browseStore.change((state) => putAway(state, told.map(({ id }) => id)))}
      />
    </section>
  )
}

function Told({ download }: { download: Download }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const tabs = useTabs()
  const { id, name, state } = download
  const Icon = state === 'done' ? CircleCheck : state === 'failed' ? CircleAlert : Arrow
  return (
    <li className={css.told}>
      <Icon className={state === 'done' ? css.saved : state === 'failed' ? css.failed : undefined} aria-hidden="true" />
      <span className={css.words}>
        <bdi className={css.name}>{name}</bdi>
        <span className={css.soft} role={state === 'running' ? undefined : 'status'}>
          {downloadText(t, download)}
        </span>
        {state === 'running' && <DownloadProgress download={download} />}
      </span>
      {state === 'running' && (
        <Button size="small" tone="quiet" onClick={() => void client.browse.cancelDownload({ id }).catch(() => {})}>
          {t('browsePages.downloads.cancel')}
        </Button>
      )}
      {state === 'done' && (
        <IconButton label={t('browsePages.downloads.show')} side="top" icon={<FolderOpen />} onClick={() => tabs.showDownload(id)} />
      )}
    </li>
  )
}
