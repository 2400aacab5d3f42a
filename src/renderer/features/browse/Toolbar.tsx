import { ArrowLeft, ArrowRight, RotateCw, Star, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tab } from '../../../shared/model/browse.ts'
import { cx } from '../../ui/cx.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { AddressField } from './AddressField.tsx'
import { useAddressField } from './asking.ts'
import { BrowseMenu } from './BrowseMenu.tsx'
import { ShieldButton } from './ShieldButton.tsx'
import { useBookmark, useShows } from './store.ts'
import css from './Toolbar.module.css'
import { useSlow } from './use-slow.ts'
import { useTabs } from './use-tabs.ts'
import { doingText } from './wording.ts'

export interface ToolbarProps {
  /** Null while none is open. */
  tab: Tab | null
  /** A page of the window itself is seen in place of the tab's. */
  isElsewhere: boolean
  isShieldOpen: boolean
  onShield: () => void
  onFind: () => void
  /** Shortcuts as this platform writes them. */
  held: string
}

/** Back, forward, reload or stop; whose page it is, the address, the star; and all else in a menu. */
export function Toolbar({ tab, isElsewhere, isShieldOpen, onShield, onFind, held }: ToolbarProps): ReactNode {
  const { t } = useTranslation()
  const hasPages = useShows() === 'views'
  const refused = useAddressField((field) => field.refused)
  const url = refused?.address ?? tab?.url ?? ''
  const isBusy = tab?.state === 'opening' || tab?.state === 'loading'
  const isSlow = useSlow(isBusy)
  const doing = tab === null ? null : doingText(t, tab)
  const isPage = tab !== null && tab.kind !== 'start'
  return (
    <div className={css.bar} role="toolbar" aria-label={t('browse.toolbar.label')}>
      {hasPages && <Ways tab={tab} isBusy={isBusy} held={held} />}
      <AddressField
        tab={tab}
        url={url}
        leading={isPage && tab.kind === 'site' && <ShieldButton tab={tab} isOpen={isShieldOpen} onClick={onShield} />}
        trailing={
          <>
            {isSlow && doing !== null && <span className={css.doing}>{doing}</span>}
            {isPage && tab.zoom !== 1 && <ZoomPill tab={tab} held={held} />}
            {isPage && tab.kind === 'site' && <BookmarkButton tab={tab} held={held} />}
          </>
        }
      />
      <BrowseMenu tab={tab} isElsewhere={isElsewhere} onFind={onFind} />
      <output className="visually-hidden">{isSlow ? doing : ''}</output>
      {isSlow && (
        <span className={cx(css.progress, tab?.state === 'loading' && css.arriving)} aria-hidden="true">
          <span />
        </span>
      )}
    </div>
  )
}

/** Through what was seen in this tab. */
function Ways({ tab, isBusy, held }: { tab: Tab | null; isBusy: boolean; held: string }): ReactNode {
  const { t } = useTranslation()
  const tabs = useTabs()
  return (
    <>
      <IconButton
        side="top"
        label={t('browse.toolbar.back')}
        icon={<ArrowLeft />}
        disabled={tab?.canBack !== true}
        onClick={() => tab !== null && tabs.back(tab.id)}
      />
      <IconButton
        side="top"
        className={css.foldable}
        label={t('browse.toolbar.forward')}
        icon={<ArrowRight />}
        disabled={tab?.canForward !== true}
        onClick={() => tab !== null && tabs.forward(tab.id)}
      />
      <IconButton
        side="top"
        className={css.reload}
        label={isBusy ? t('browse.toolbar.stop') : t('browse.toolbar.reload')}
        shortcut={isBusy ? 'Esc' : `${held}R`}
        icon={isBusy ? <X /> : <RotateCw />}
        disabled={tab === null || tab.kind === 'start'}
        onClick={() => tab !== null && (isBusy ? tabs.stop(tab.id) : tabs.reload(tab.id))}
      />
    </>
  )
}

/** How large the page is shown, while that is not as large as it says; a press undoes it. */
function ZoomPill({ tab, held }: { tab: Tab; held: string }): ReactNode {
  const { t } = useTranslation()
  const tabs = useTabs()
  const percent = Math.round(tab.zoom * 100)
  return (
    <Tooltip side="top" text={t('browse.toolbar.actualSize')} shortcut={`${held}0`}>
      <button type="button" className={css.zoom} aria-label={t('browse.toolbar.zoom', { percent })} onClick={() => tabs.zoom(tab.id, 1)}>
        {t('browse.toolbar.percent', { percent })}
      </button>
    </Tooltip>
  )
}

function BookmarkButton({ tab, held }: { tab: Tab; held: string }): ReactNode {
  const { t } = useTranslation()
  const tabs = useTabs()
  const isKept = useBookmark(tab.url) !== null
  return (
    <IconButton
      side="top"
      className={cx(css.inField, css.foldable, isKept && css.kept)}
      label={t(isKept ? 'browse.toolbar.unbookmark' : 'browse.toolbar.bookmark')}
      shortcut={`${held}D`}
      aria-pressed={isKept}
      icon={<Star />}
      onClick={() => tabs.bookmark(tab, isKept)}
    />
  )
}
