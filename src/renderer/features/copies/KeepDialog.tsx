import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { CopyLook } from '../../../shared/model/copies.ts'
import type { SiteName } from '../../../shared/model/sites.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Facts } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import css from './Copies.module.css'
import { CopyFailure } from './CopyFailure.tsx'
import { Fetching } from './Fetching.tsx'
import { useCopyOf } from './store.ts'
import { useAnswer } from './use-answer.ts'

export interface KeepDialogProps {
  site: SiteName
  onClose: () => void
}

/** Keeps a copy of a site: first what it would take, then how far it is. It goes on when this is closed. */
export function KeepDialog({ site, onClose }: KeepDialogProps): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const client = useClient()
  const [hasBegun, setBegun] = useState(false)
  const body = useRef<HTMLDivElement>(null)
  const [answer, again] = useAnswer((signal) => client.copies.look({ site }, { signal }))
  // A name that was handed on is kept as the one that it leads to.
  const copy = useCopyOf(answer.is === 'answered' ? answer.value.site : site)
  const keep = useCall(async () => {
    await client.copies.keep({ site })
    setBegun(true)
    // The button that was pressed is gone by now.
    body.current?.focus()
  })
  const look = answer.is === 'answered' ? answer.value : null
  const isUnderWay = copy?.state.kind === 'fetching'
  const isDone = copy?.state.kind === 'whole' && (hasBegun || copy.cid === look?.cid)
  const fetchBytes = look === null ? 0 : Math.max(0, look.bytes - look.hereBytes)
  const showAll = (): void => {
    onClose()
    go(paths.copies)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('copies.keep.title', { site })}
      description={t('copies.keep.text')}
      closeLabel={t('close')}
      footer={
        isUnderWay || isDone ? (
          <>
            <Button onClick={showAll}>{t('copies.keep.all')}</Button>
            <Button key="close" tone="primary" onClick={onClose}>
              {t('copies.keep.close')}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button
              key="keep"
              tone="primary"
              busy={keep.busy}
              disabled={look === null || isTight(look)}
              onClick={() => void keep.run()}
            >
              {look === null || fetchBytes === 0 ? t('copies.keep.goNone') : t('copies.keep.go', { size: sizeText(fetchBytes) })}
            </Button>
          </>
        )
      }
    >
      <div ref={body} tabIndex={-1} className={css.form}>
        {isUnderWay ? (
          <>
            <Fetching copy={copy} />
            <p className={css.soft}>{t('copies.keep.later')}</p>
          </>
        ) : isDone ? (
          <Banner
            title={t(hasBegun ? 'copies.keep.done' : 'copies.keep.already')}
            text={t(hasBegun ? 'copies.keep.doneText' : 'copies.keep.alreadyText')}
          />
        ) : (
          <>
            {copy?.state.kind === 'stopped' && hasBegun && <Banner tone="warning" title={copy.state.why} />}
            {answer.is === 'asking' && <Skeleton label={t('copies.keep.looking')} rows={2} />}
            {answer.is === 'failed' && <CopyFailure failure={answer.failure} onRetry={again} />}
            {look !== null && <Taken look={look} />}
          </>
        )}
        {keep.failure !== null && <CopyFailure failure={keep.failure} onDismiss={keep.dismiss} />}
      </div>
    </Dialog>
  )
}

/** What it would take, before a byte of it is fetched. */
function Taken({ look }: { look: CopyLook }): ReactNode {
  const { t } = useTranslation()
  const { files, bytes, holders, hereBytes, freeBytes } = look
  return (
    <>
      <Facts
        facts={[
          { name: t('copies.keep.size'), value: t('copies.size', { count: files, size: sizeText(bytes) }) },
          { name: t('copies.keep.here'), value: hereBytes === 0 ? t('copies.keep.hereNone') : sizeText(hereBytes) },
          { name: t('copies.keep.holders'), value: t('copies.keep.holdersCount', { count: holders }) },
          ...(freeBytes === null ? [] : [{ name: t('copies.keep.free'), value: sizeText(freeBytes) }]),
        ]}
      />
      {freeBytes !== null && isTight(look) && (
        <Banner
          tone="error"
          title={t('copies.keep.tight')}
          text={t('copies.keep.tightText', { size: sizeText(bytes - hereBytes), free: sizeText(freeBytes) })}
        />
      )}
    </>
  )
}

function isTight({ bytes, hereBytes, freeBytes }: CopyLook): boolean {
  return freeBytes !== null && bytes - hereBytes > freeBytes
}
