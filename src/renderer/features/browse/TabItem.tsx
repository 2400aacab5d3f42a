import { CircleAlert, CircleDashed, Globe, PanelTop, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tab } from '../../../shared/model/browse.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { cx } from '../../ui/cx.ts'
import { hostOf } from './address.ts'
import { SiteLabel } from './SiteLabel.tsx'
import css from './TabStrip.module.css'

export interface TabItemProps {
  tab: Tab
  /** The one that is chosen, whatever is seen in its place. */
  isActive: boolean
  isCurrent: boolean
  /** Where the tab would go that is being dragged over this one. */
  drop: 'before' | 'after' | null
  onSelect: () => void
  onClose: () => void
  /** To the tab beside, by the arrow keys. */
  onStep: (from: HTMLElement, by: 1 | -1) => void
  /** A tab of this strip is being dragged. */
  isDragging: boolean
  onDrop: () => void
  onDragStart: () => void
  onDragOver: (isBehind: boolean) => void
  onDragEnd: () => void
}

/** The name first: it is what Latch says. The title is the page's own word, and never stands in the place of the name. */
export function TabItem(props: TabItemProps): ReactNode {
  const { tab, isActive, isCurrent, drop, onSelect, onClose, onStep, isDragging, onDrop, onDragStart, onDragOver, onDragEnd } = props
  const { t } = useTranslation()
  const name = useTabName(tab)
  const isBusy = tab.state === 'opening' || tab.state === 'loading'
  return (
    <li
      className={cx(css.tab, isActive && css.active, tab.kind === 'exit' && css.exit, drop === 'before' && css.dropBefore, drop === 'after' && css.dropAfter)}
      data-active={isActive || undefined}
    >
      <button
        type="button"
        data-tab
        className={css.choose}
        aria-current={isCurrent ? 'page' : undefined}
        title={tab.title === '' ? name : `${name}\n${tab.title}`}
        onClick={onSelect}
        onKeyDown={(event) => {
          if (event.key === 'Delete') onClose()
          const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
          if (by === 0 || event.altKey || event.ctrlKey || event.metaKey) return
          event.preventDefault()
          onStep(event.currentTarget, by)
        }}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move'
          onDragStart()
        }}
        onDragOver={(event) => {
          if (!isDragging) return
          event.preventDefault()
          const { left, width } = event.currentTarget.getBoundingClientRect()
          onDragOver(event.clientX > left + width / 2)
        }}
        onDrop={(event) => {
          event.preventDefault()
          onDrop()
        }}
        onDragEnd={onDragEnd}
        // The middle button would begin to scroll.
        onMouseDown={(event) => event.button === 1 && event.preventDefault()}
        onAuxClick={(event) => event.button === 1 && onClose()}
      >
        <TabIcon tab={tab} />
        <span className={css.words}>
          <SiteLabel name={name} className={css.name} />
          {tab.title !== '' && (
            <>
              <span className="visually-hidden">, </span>
              <bdi className={css.title}>{tab.title}</bdi>
            </>
          )}
          {isBusy && <span className="visually-hidden">, {t('browse.tabs.busy')}</span>}
          {tab.state === 'failed' && <span className="visually-hidden">, {t('browse.tabs.failed')}</span>}
        </span>
      </button>
      <button type="button" className={css.close} aria-label={t('browse.tabs.close', { name })} onClick={onClose}>
        <X />
      </button>
      {isBusy && <span className={css.busy} aria-hidden="true" />}
    </li>
  )
}

/** What a tab is called: the name of its site, the host of the outside web, or that nothing was opened in it yet. */
export function useTabName(tab: Tab): string {
  const { t } = useTranslation()
  if (tab.kind === 'start') return t('browse.tabs.start')
  return tab.site ?? (hostOf(tab.url) || tab.url || t('browse.tabs.start'))
}

/** Whose it is, as a picture; of what is nobody's yet, a sign of its state. */
export function TabIcon({ tab }: { tab: Tab }): ReactNode {
  if (tab.kind === 'start') return <PanelTop className={css.icon} aria-hidden="true" />
  if (tab.state === 'failed') return <CircleAlert className={cx(css.icon, css.wrong)} aria-hidden="true" />
  if (tab.kind === 'exit') return <Globe className={css.icon} aria-hidden="true" />
  if (tab.shield === null) return <CircleDashed className={css.icon} aria-hidden="true" />
  return <Avatar of={tab.shield.owner} size={16} />
}
