import { useId, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Site, SiteName } from '../../../shared/model/sites.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useMe } from '../identity/store.ts'
import { useOwnedNames } from '../names/use-owned.ts'
import { NoNames } from './NoNames.tsx'
import css from './Publish.module.css'
import { Published } from './Published.tsx'
import { firstForm, readForm, type PublishField, type PublishForm } from './publish-form.ts'
import { PublishWhat } from './PublishWhat.tsx'
import { PublishWho } from './PublishWho.tsx'
import { useLook } from './use-look.ts'

export interface PublishDialogProps {
  /** Published already: what it shows is changed, and its name stays. */
  site?: Site
  onClose: () => void
}

const steps = ['what', 'who'] as const

/** Shows a folder or a local port under a name: what, who may visit, and what to send to whom. */
export function PublishDialog({ site, onClose }: PublishDialogProps): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const client = useClient()
  const id = useId()
  const body = useRef<HTMLFormElement>(null)
  const owned = useOwnedNames(useMe()?.account ?? null)
  const [form, setForm] = useState<PublishForm>(() => firstForm(owned, site))
  const [step, setStep] = useState<(typeof steps)[number]>('what')
  const [left, setLeft] = useState<ReadonlySet<PublishField>>(new Set())
  const [published, setPublished] = useState<SiteName | null>(null)
  const look = useLook(form.kind === 'folder' ? form.path : '')
  // A name that came while the dialog was open is taken where none could be chosen before.
  const current = form.owned === '' ? { ...form, owned: owned[0] ?? '' } : form
  const read = readForm(current)
  const publish = useCall(async () => {
    if (read.outcome !== 'draft') return
    setPublished((await client.sites.publish(read.draft)).name)
  })
  const change = (fields: Partial<PublishForm>): void => setForm({ ...current, ...fields })
  const title = site === undefined ? t('sites.dialog.title') : t('sites.dialog.changeTitle', { name: site.name })

  if (published !== null) return <Published name={published} onClose={onClose} />
  if (owned.length === 0 && site === undefined) {
    const claim = (): void => {
      onClose()
      go(paths.yourNames)
    }
    return <NoNames title={title} onClaim={claim} onClose={onClose} />
  }

  const isFolderMissing = current.kind === 'folder' && look?.is === 'failed'
  // The button that was pressed goes with its step: the keyboard goes on in the next one.
  const show = (other: typeof step): void => {
    setStep(other)
    body.current?.focus()
  }
  const next = (): void => {
    setLeft(new Set(['owned', 'label', 'path', 'port']))
    if (read.outcome === 'draft' && !isFolderMissing) show('who')
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={t('sites.dialog.step', {
        step: steps.indexOf(step) + 1,
        of: steps.length,
        name: t(`sites.dialog.steps.${step}`),
      })}
      closeLabel={t('close')}
      width="wide"
      footer={
        step === 'what' ? (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button key="next" tone="primary" type="submit" form={id} busy={look?.is === 'looking'}>
              {t('sites.dialog.next')}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => show('what')}>{t('sites.dialog.back')}</Button>
            <Button key="go" tone="primary" type="submit" form={id} busy={publish.busy}>
              {site === undefined ? t('sites.dialog.go') : t('sites.dialog.save')}
            </Button>
          </>
        )
      }
    >
      <form
        id={id}
        ref={body}
        tabIndex={-1}
        className={css.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (step === 'what') next()
          else void publish.run()
        }}
      >
        {step === 'what' ? (
          <PublishWhat
            form={current}
            owned={owned}
            look={look}
            wrong={read.outcome === 'wrong' ? read.fields : {}}
            left={left}
            isNameFixed={site !== undefined}
            onChange={change}
            onLeave={(field) => setLeft(new Set(left).add(field))}
          />
        ) : (
          <PublishWho form={current} look={look} onChange={change} />
        )}
        {publish.failure !== null && step === 'who' && (
          <FailureNote failure={publish.failure} kept={t('sites.dialog.kept')} onDismiss={publish.dismiss} />
        )}
      </form>
    </Dialog>
  )
}
