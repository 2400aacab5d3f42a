import { Download as Arrow, FolderOpen, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Download } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Row } from '../../ui/Row.tsx'
import { Page } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './Downloads.module.css'
import { DownloadProgress, downloadText } from './DownloadProgress.tsx'
import { isOver } from './state.ts'
import { browseStore } from './store.ts'

/** What pages offered, and what became of it. */
export function DownloadsPage({ back }: { back: PaneHeaderProps['back'] }): ReactNode {
  const { t } = useTranslation()
  const downloads = browseStore.use(({ state }) => state.downloads)
  return (
    <>
      <PaneHeader title={t('browsePages.downloads.title')} {...(back === undefined ? {} : { back })} />
      {downloads.length === 0 ? (
        <EmptyState icon={<Arrow />} title={t('browsePages.downloads.empty.title')} text={t('browsePages.downloads.empty.text')} />
      ) : (
        <Page>
          <ul>
            {downloads.map((download) => (
              <Line key={download.id} download={download} />
            ))}
          </ul>
        </Page>
      )}
    </>
  )
}

function Line({ download }: { download: Download }): ReactNode {
  const { t } = useTranslation()
  const { name, site, startedMs, state } = download
  return (
    <li className={css.row}>
      <Row
        className={css.line}
        leading={<Arrow />}
        title={<bdi>{name}</bdi>}
        meta={<Time atMs={startedMs} />}
        detail={
          <>
            {downloadText(t, download)} · <bdi>{t('browsePages.downloads.from', { site })}</bdi>
            {state === 'running' && <DownloadProgress download={download} />}
          </>
        }
      />
      <Answers download={download} />
    </li>
  )
}

function Answers({ download: { id, state, path } }: { download: Download }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const answer = useCall((save: boolean) => client.browse.answerDownload({ id, save }))
  const cancel = useCall(() => client.browse.cancelDownload({ id }))
  const show = useCall(() => client.browse.showDownload({ id }))
  const forget = useCall(() => client.browse.forgetDownload({ id }))
  const failure = answer.failure ?? cancel.failure ?? show.failure ?? forget.failure
  return (
    <span className={css.answers}>
      {failure !== null && <FailureNote failure={failure} />}
      {state === 'asking' && (
        <>
          <Button size="small" onClick={() => void answer.run(false)}>
            {t('browsePages.downloads.refuse')}
          </Button>
          <Button size="small" onClick={() => void answer.run(true)}>
            {t('browsePages.downloads.save')}
          </Button>
        </>
      )}
      {state === 'running' && (
        <Button size="small" onClick={() => void cancel.run()}>
          {t('browsePages.downloads.cancel')}
        </Button>
      )}
      {state === 'done' && path !== null && (
        <IconButton label={t('browsePages.downloads.show')} icon={<FolderOpen />} onClick={() => void show.run()} />
      )}
      {isOver({ state }) && (
        <IconButton label={t('browsePages.downloads.forget')} icon={<X />} onClick={() => void forget.run()} />
      )}
    </span>
  )
}
