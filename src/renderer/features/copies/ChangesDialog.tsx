import { FileDiff, FileMinus, FilePlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Copy, CopyChanges } from '../../../shared/model/copies.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import css from './Copies.module.css'
import { CopyFailure } from './CopyFailure.tsx'
import { useAnswer } from './use-answer.ts'

const kinds = ['added', 'changed', 'removed'] as const
const icons = { added: FilePlus, changed: FileDiff, removed: FileMinus } as const

/** What the owner changed since the copy was kept, file by file, and what bringing it up to date would fetch. */
export function ChangesDialog({ copy: { site }, onClose }: { copy: Copy; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [answer, again] = useAnswer((signal) => client.copies.changes({ site }, { signal }))
  const update = useCall(() => client.copies.keep({ site }))
  const isNewer = answer.is === 'answered' && answer.value.from !== answer.value.to
  const submit = async (): Promise<void> => {
    if ((await update.run()) !== null) onClose()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('copies.changesDialog.title', { site })}
      closeLabel={t('close')}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>{t('close')}</Button>
          {isNewer && (
            <Button tone="primary" busy={update.busy} onClick={() => void submit()}>
              {t('copies.update')}
            </Button>
          )}
        </>
      }
    >
      {answer.is === 'asking' && <Skeleton label={t('copies.changesDialog.loading')} rows={3} />}
      {answer.is === 'failed' && <CopyFailure failure={answer.failure} onRetry={again} />}
      {answer.is === 'answered' && (isNewer ? <Changes changes={answer.value} /> : <p>{t('copies.changesDialog.none')}</p>)}
      {update.failure !== null && <CopyFailure failure={update.failure} onDismiss={update.dismiss} />}
    </Dialog>
  )
}

function Changes({ changes }: { changes: CopyChanges }): ReactNode {
  const { t } = useTranslation()
  const { fetchBytes } = changes
  return (
    <div className={css.form}>
      <p className={css.soft}>
        {fetchBytes === 0 ? t('copies.changesDialog.fetchNone') : t('copies.changesDialog.fetch', { size: sizeText(fetchBytes) })}
      </p>
      {kinds
        .filter((kind) => changes[kind] > 0)
        .map((kind) => (
          <Kind key={kind} kind={kind} changes={changes} />
        ))}
    </div>
  )
}

function Kind({ kind, changes }: { kind: (typeof kinds)[number]; changes: CopyChanges }): ReactNode {
  const { t } = useTranslation()
  const Icon = icons[kind]
  const named = changes.changes.filter((change) => change.kind === kind)
  const others = changes[kind] - named.length
  const title = t(`copies.changesDialog.kind.${kind}`, { count: changes[kind] })
  return (
    <section className={css.kind} aria-label={title}>
      <h3 className={css.strong}>{title}</h3>
      <ul>
        {named.map(({ path, bytes }) => (
          <li key={path}>
            <Icon aria-hidden="true" />
            <bdi className={css.file}>{path}</bdi>
            {kind !== 'removed' && <span className={css.faint}>{sizeText(bytes)}</span>}
          </li>
        ))}
      </ul>
      {others > 0 && <p className={css.faint}>{t('copies.changesDialog.more', { count: others })}</p>}
    </section>
  )
}
