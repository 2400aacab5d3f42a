import { ChevronLeft, ChevronRight, Plus } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { TabId } from '../../../shared/model/browse.ts'
import { paths } from '../../nav/paths.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { placeOfDrop } from './state.ts'
import { browseStore } from './store.ts'
import { TabItem } from './TabItem.tsx'
import css from './TabStrip.module.css'
import { useOverflow } from './use-overflow.ts'
import { useTabs } from './use-tabs.ts'

/** Tabs in a row that goes on beyond its ends. `isShown`: the page of the chosen tab is what is seen, and no other view. */
export function TabStrip({ isShown, shortcut }: { isShown: boolean; shortcut: string }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const list = browseStore.use(({ state }) => state.tabs)
  const active = browseStore.use(({ state }) => state.active)
  const tabs = useTabs()
  const strip = useRef<HTMLUListElement>(null)
  const { overflows, hasBefore, hasAfter, scrollBy } = useOverflow(strip, list.length)
  const [dragged, setDragged] = useState<TabId | null>(null)
  const [drop, setDrop] = useState<{ over: TabId; isBehind: boolean } | null>(null)

  // A tab more or less moves the chosen one, and so does the room that the ways to the others take.
  const reveal = useEffectEvent((chosen: TabId | null, count: number, isCut: boolean) => {
    if (chosen === null || (count === 0 && !isCut)) return
    strip.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  })
  useEffect(() => reveal(active, list.length, overflows), [active, list.length, overflows])

  const add = (): void => {
    go(paths.browse)
    tabs.add()
  }
  const stepFrom = (from: HTMLElement, by: 1 | -1): void => {
    const buttons = [...(strip.current?.querySelectorAll<HTMLElement>('[data-tab]') ?? [])]
    buttons[buttons.indexOf(from) + by]?.focus()
  }
  const onDrop = (): void => {
    const from = list.findIndex(({ id }) => id === dragged)
    const over = list.findIndex(({ id }) => id === drop?.over)
    if (dragged !== null && drop !== null && from >= 0 && over >= 0) {
      const to = placeOfDrop(from, over, drop.isBehind)
      if (to !== from) tabs.move(dragged, to)
    }
    setDragged(null)
    setDrop(null)
  }

  return (
    <div className={css.strip}>
      {overflows && (
        <IconButton
          className={css.more}
          label={t('browse.tabs.before')}
          icon={<ChevronLeft />}
          disabled={!hasBefore}
          onClick={() => scrollBy(-1)}
        />
      )}
      <ul ref={strip} className={css.tabs} aria-label={t('browse.tabs.label')}>
        {list.map((tab) => (
          <TabItem
            key={tab.id}
            tab={tab}
            isActive={tab.id === active}
            isCurrent={isShown && tab.id === active}
            drop={drop?.over === tab.id && dragged !== tab.id ? (drop.isBehind ? 'after' : 'before') : null}
            onSelect={() => {
              go(paths.browse)
              tabs.select(tab.id)
            }}
            onClose={() => tabs.close(tab.id)}
            onStep={stepFrom}
            isDragging={dragged !== null}
            onDrop={onDrop}
            onDragStart={() => setDragged(tab.id)}
            onDragOver={(isBehind) => setDrop({ over: tab.id, isBehind })}
            onDragEnd={() => {
              setDragged(null)
              setDrop(null)
            }}
          />
        ))}
      </ul>
      {overflows && (
        <IconButton
          className={css.more}
          label={t('browse.tabs.after')}
          icon={<ChevronRight />}
          disabled={!hasAfter}
          onClick={() => scrollBy(1)}
        />
      )}
      <IconButton className={css.new} label={t('browse.tabs.new')} shortcut={shortcut} icon={<Plus />} onClick={add} />
    </div>
  )
}
