import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Section.tsx'
import { useMe } from '../identity/store.ts'
import css from './Backup.module.css'
import { PathField } from './PathField.tsx'

/** Made in advance and kept elsewhere; told when the keys are somebody else's. */
export function Revocation(): ReactNode {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'save' | 'publish' | null>(null)
  const [savedAt, setSavedAt] = useState<string | null>(null)
  const [told, setTold] = useState<number | null>(null)
  return (
    <Section
      title={t('backup.revocation.title')}
      note={t('backup.revocation.note')}
      action={<Button onClick={() => setOpen('save')}>{t('backup.revocation.save')}</Button>}
    >
      <p className={css.soft}>{t('backup.revocation.text')}</p>
      {savedAt !== null && <Banner title={t('backup.revocation.saved', { path: savedAt })} />}
      {told !== null && <Banner tone="warning" title={t('backup.revocation.told', { count: told })} />}
      <div className={css.buttons}>
        <Button tone="quiet" onClick={() => setOpen('publish')}>
          {t('backup.revocation.publish')}
        </Button>
      </div>
      {open === 'save' && (
        <SaveDialog
          onClose={() => setOpen(null)}
          onSaved={(path) => {
            setSavedAt(path)
            setOpen(null)
          }}
        />
      )}
      {open === 'publish' && (
        <PublishDialog
          onClose={() => setOpen(null)}
          onTold={(count) => {
            setTold(count)
            setOpen(null)
          }}
        />
      )}
    </Section>
  )
}

function SaveDialog({ onClose, onSaved }: { onClose: () => void; onSaved: (path: string) => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const name = useMe()?.name ?? ''
  const [path, setPath] = useState('')
  const save = useCall(async () => onSaved((await client.backup.revocation({ path: path.trim() })).path))
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('backup.revocation.save')}
      description={t('backup.revocation.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={path.trim() === ''} busy={save.busy} onClick={() => void save.run()}>
            {t('backup.revocation.save')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        <PathField
          label={t('backup.revocation.path')}
          kind="save-file"
          suggested={`revocation-${name.replace(/[^\p{L}\p{N}-]+/gu, '-').slice(0, 40) || 'latch'}.latchrevocation`}
          value={path}
          onChange={setPath}
        />
        {save.failure !== null && <FailureNote failure={save.failure} onDismiss={save.dismiss} />}
      </div>
    </Dialog>
  )
}

function PublishDialog({ onClose, onTold }: { onClose: () => void; onTold: (count: number) => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const word = t('backup.revocation.word')
  const [path, setPath] = useState('')
  const [typed, setTyped] = useState('')
  const publish = useCall(async () => onTold((await client.backup.publishRevocation({ path: path.trim() })).told))
  const isReady = path.trim() !== '' && typed.trim().toLowerCase() === word
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('backup.revocation.publishTitle')}
      description={t('backup.revocation.publishText')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" disabled={!isReady} busy={publish.busy} onClick={() => void publish.run()}>
            {t('backup.revocation.do')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        <PathField label={t('backup.revocation.path')} kind="open-file" value={path} onChange={setPath} />
        <TextField
          label={t('backup.revocation.confirm', { word })}
          value={typed}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        {publish.failure !== null && <FailureNote failure={publish.failure} onDismiss={publish.dismiss} />}
      </div>
    </Dialog>
  )
}
