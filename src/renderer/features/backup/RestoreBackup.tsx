import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupContents, Restoring } from '../../../shared/model/backup.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { countText, sizeText } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Facts } from '../../ui/Section.tsx'
import { fullWhen } from '../../ui/when.ts'
import css from './Backup.module.css'
import { PathField } from './PathField.tsx'
import { restoringStore } from './store.ts'

/** The file and its passphrase, what it holds, and its restoring into this fresh copy. */
export function RestoreBackup({ onBack }: { onBack: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [path, setPath] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [contents, setContents] = useState<BackupContents | null>(null)
  const given = { path: path.trim(), passphrase }
  const read = useCall(async () => setContents(await client.backup.read(given)))
  const restore = useCall(() => client.backup.restore(given))

  const running = restoringStore.use(({ state }) => state.running)
  if (restore.busy || running !== null) return <Underway running={running} />
  if (contents !== null) {
    return (
      <div className={css.body}>
        <Holds contents={contents} />
        <Banner tone="warning" title={t('backup.restore.twice')} />
        {restore.failure !== null && <FailureNote failure={restore.failure} onDismiss={restore.dismiss} />}
        <Button tone="primary" onClick={() => void restore.run()}>
          {t('backup.restore.restore')}
        </Button>
        <Button tone="quiet" onClick={() => setContents(null)}>
          {t('backup.restore.other')}
        </Button>
      </div>
    )
  }
  const isReady = given.path !== '' && passphrase !== ''
  return (
    <form
      className={css.body}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) void read.run()
      }}
    >
      <PathField
        label={t('backup.restore.path')}
        hint={t('backup.restore.pathHint')}
        kind="open-file"
        value={path}
        onChange={setPath}
      />
      <TextField
        label={t('backup.passphrase.label')}
        type="password"
        maxLength={1_024}
        autoComplete="off"
        value={passphrase}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      {read.failure !== null && <FailureNote failure={read.failure} kept={t('backup.restore.kept')} onDismiss={read.dismiss} />}
      {read.busy && <Progress label={t('backup.restore.reading')} value={null} words={t('backup.restore.reading')} />}
      <Button type="submit" tone="primary" busy={read.busy} disabled={!isReady}>
        {t('backup.restore.read')}
      </Button>
      <Button tone="quiet" onClick={onBack}>
        {t('back')}
      </Button>
    </form>
  )
}

/** How far it is, also in a window that was loaded again meanwhile. */
function Underway({ running }: { running: Restoring['running'] }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const stop = useCall(() => client.backup.cancelRestore())
  const { doneBytes, totalBytes } = running ?? { doneBytes: 0, totalBytes: 0 }
  const isKnown = totalBytes > 0
  // What is left then is to seal it under keys of this device, which says nothing of how far it is.
  const isWritten = isKnown && doneBytes >= totalBytes
  const words = isWritten
    ? t('backup.restore.finishing')
    : isKnown
      ? t('backup.restore.restoringOf', { done: sizeText(doneBytes), total: sizeText(totalBytes) })
      : t('backup.restore.restoringText')
  return (
    <div className={css.body}>
      <Progress label={t('backup.restore.restoring')} text={words} value={isKnown && !isWritten ? doneBytes / totalBytes : null} words={words} />
      {isKnown && <p className={css.note}>{t('backup.restore.restoringText')}</p>}
      {stop.failure !== null && <FailureNote failure={stop.failure} onDismiss={stop.dismiss} />}
      <Button busy={stop.busy} onClick={() => void stop.run()}>
        {t('backup.restore.stop')}
      </Button>
    </div>
  )
}

function Holds({ contents }: { contents: BackupContents }): ReactNode {
  const { t } = useTranslation()
  const { name, madeMs, deviceLabel, bytes, conversations, messages, revocation } = contents
  return (
    <section aria-label={t('backup.restore.holds')}>
      <Facts
        facts={[
          { name: t('backup.restore.of'), value: <bdi className={css.strong}>{name}</bdi> },
          { name: t('backup.restore.made'), value: fullWhen(madeMs) },
          { name: t('backup.restore.device'), value: <bdi>{deviceLabel}</bdi> },
          { name: t('backup.restore.size'), value: sizeText(bytes) },
          { name: t('backup.restore.conversations'), value: countText(conversations) },
          { name: t('backup.restore.messages'), value: countText(messages) },
          ...(revocation ? [{ name: t('backup.restore.revocation'), value: t('backup.restore.revocationIs') }] : []),
        ]}
      />
    </section>
  )
}
