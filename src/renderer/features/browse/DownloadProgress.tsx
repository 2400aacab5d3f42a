import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import type { Download } from '../../../shared/model/browse.ts'
import { sizeText } from '../../ui/amounts.ts'
import css from './Downloads.module.css'

/** How far it is, as a line; nothing where nobody said how much there is. */
export function DownloadProgress({ download: { bytes, doneBytes } }: { download: Download }): ReactNode {
  if (bytes === null || bytes === 0) return null
  return (
    <span className={css.track} aria-hidden="true">
      <span className={css.fill} style={{ scale: `${Math.min(1, doneBytes / bytes)} 1` }} />
    </span>
  )
}

/** Its state in a few words, with what is known of its size, or why it ended. */
export function downloadText(t: TFunction, { state, bytes, doneBytes, why }: Download): string {
  const is = t(`browsePages.downloads.state.${state}`)
  const size = bytes === null ? t('browsePages.downloads.untold') : sizeText(bytes)
  if (state === 'running') {
    const done = sizeText(doneBytes)
    return bytes === null ? `${is} · ${done}` : t('browsePages.downloads.progress', { done, all: size })
  }
  if (state === 'done') return `${is} · ${sizeText(bytes ?? doneBytes)}`
  if (state === 'asking') return `${is} · ${size}`
  return why === '' ? is : `${is} · ${why}`
}
