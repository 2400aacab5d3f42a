import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Copy } from '../../../shared/model/copies.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { spanText } from '../reach/wording.ts'
import css from './Copies.module.css'
import { CopyFailure } from './CopyFailure.tsx'
import { msLeft, shareHere } from './state.ts'

/** How far a copy is, how fast, from how many, and the way to stop it. Nothing where it is not on its way. */
export function Fetching({ copy }: { copy: Copy }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { site, bytes, state } = copy
  const cancel = useCall(() => client.copies.cancel({ site }))
  if (state.kind !== 'fetching') return null
  const { doneBytes, bytesPerSecond, sources } = state
  const left = msLeft(copy)
  const words = [
    t('copies.fetching.bytes', { done: sizeText(doneBytes), all: sizeText(bytes) }),
    t('copies.fetching.sources', { count: sources }),
    bytesPerSecond > 0 ? t('copies.fetching.pace', { size: sizeText(bytesPerSecond) }) : '',
    left === null ? '' : t('copies.fetching.left', { time: spanText(t, left) }),
  ]
  const text = words.filter(Boolean).join(' · ')
  return (
    <>
      <div className={css.fetching}>
        <Progress label={t('copies.fetching.label', { site })} text={text} value={shareHere(copy)} words={text} />
        <Button
          size="small"
          busy={cancel.busy}
          aria-label={t('copies.cancelOf', { site })}
          onClick={() => void cancel.run()}
        >
          {t('copies.cancel')}
        </Button>
      </div>
      {cancel.failure !== null && <CopyFailure failure={cancel.failure} onDismiss={cancel.dismiss} />}
    </>
  )
}
