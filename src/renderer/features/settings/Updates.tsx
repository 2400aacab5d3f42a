import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Release, ReleaseFile, Updates } from '../../../shared/model/updates.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Section } from '../../ui/Section.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { fullWhen } from '../../ui/when.ts'
import { useOpenSite } from '../browse/use-open.ts'
import css from './Updates.module.css'
import { updatesStore } from './updates-store.ts'

/** Whether there is a newer Latch: asked for first, told in words, and never installed from here. */
export function UpdatesSection(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const updates = updatesStore.use(({ state }) => state)
  const check = useCall(() => client.updates.check())
  const daily = useCall((on: boolean) => client.updates.daily({ on }))
  if (updates === null) return null
  if (updates.source === null) {
    return (
      <Section title={t('updates.title')}>
        <p className={css.soft}>{t('updates.none')}</p>
      </Section>
    )
  }
  const host = URL.parse(updates.source)?.host ?? updates.source
  const busy = check.busy || updates.checking
  const failure = check.failure ?? daily.failure
  return (
    <Section
      title={t('updates.title')}
      note={t('updates.note', { host })}
      action={
        <Button size="small" busy={busy} onClick={() => void check.run()}>
          {busy ? t('updates.checking') : t('updates.check')}
        </Button>
      }
    >
      <div className={css.parts}>
        {failure !== null && (
          <FailureNote
            failure={failure}
            onDismiss={() => {
              check.dismiss()
              daily.dismiss()
            }}
          />
        )}
        {updates.daily === 'unasked' && (
          <div className={css.release}>
            <Banner title={t('updates.ask')} text={t('updates.askText', { host })} />
            <div className={css.answers}>
              <Button size="small" onClick={() => void daily.run(true)}>
                {t('updates.yes')}
              </Button>
              <Button size="small" onClick={() => void daily.run(false)}>
                {t('updates.no')}
              </Button>
            </div>
          </div>
        )}
        <Found updates={updates} />
        {updates.daily !== 'unasked' && (
          <Switch label={t('updates.daily')} hint={t('updates.dailyNote')} checked={updates.daily === 'on'} onChange={(on) => void daily.run(on)} />
        )}
      </div>
    </Section>
  )
}

function Found({ updates: { found, running } }: { updates: Updates }): ReactNode {
  const { t } = useTranslation()
  switch (found?.outcome) {
    case undefined:
      return <p className={css.soft}>{t('updates.never', { version: running })}</p>
    case 'current':
      return <p className={css.soft}>{t('updates.current', { version: running, when: fullWhen(found.atMs) })}</p>
    case 'refused':
      return (
        <Banner
          tone={found.code === 'unreachable' ? 'info' : 'warning'}
          title={t(`updates.refused.${found.code}`)}
          text={t(found.code === 'unreachable' ? 'updates.refusedLater' : 'updates.refusedKept', { version: running })}
        />
      )
    case 'new':
      return <NewRelease release={found.release} />
  }
}

function NewRelease({ release }: { release: Release }): ReactNode {
  const { t } = useTranslation()
  const openSite = useOpenSite()
  const { version, releasedMs, notes, page, files } = release
  const read = (): void => {
    // The system's browser is asked for what is on the web; the desktop lets nothing else out.
    if (page.startsWith('peer://')) void openSite(page)
    else window.open(page, '_blank', 'noopener,noreferrer')
  }
  return (
    <div className={css.release}>
      <h3 className={css.version}>{t('updates.new', { version })}</h3>
      <p className={css.soft}>{t('updates.released', { when: fullWhen(releasedMs) })}</p>
      <p className={css.notes}>{notes}</p>
      <ul className={css.files}>
        {files.map((file) => (
          <li key={file.name}>
            <FileOfRelease file={file} />
          </li>
        ))}
      </ul>
      <div className={css.answers}>
        <Button size="small" onClick={read}>
          {t('updates.page')}
        </Button>
      </div>
      <p className={css.soft}>{t('updates.byHand')}</p>
    </div>
  )
}

/** Saved when it is asked for, under its own name, and only if it is the file that was signed. */
function FileOfRelease({ file: { name, sizeBytes } }: { file: ReleaseFile }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const save = useCall(() => client.updates.save({ name }))
  const [path, setPath] = useState<string | null>(null)
  return (
    <div className={css.file}>
      <span className={css.fileName}>{name}</span>
      <span className={css.soft}>{sizeText(sizeBytes)}</span>
      {path === null && (
        <Button size="small" busy={save.busy} aria-label={t('updates.saveFile', { name })} onClick={() => void save.run().then((saved) => setPath(saved?.path ?? null))}>
          {save.busy ? t('updates.saving') : t('updates.save')}
        </Button>
      )}
      {path !== null && (
        <output className={css.saved}>
          {t('updates.saved', { path })}
        </output>
      )}
      {save.failure !== null && <FailureNote failure={save.failure} onDismiss={save.dismiss} />}
    </div>
  )
}
