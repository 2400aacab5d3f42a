import { ChevronDown, ChevronUp, Search, X } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tab } from '../../../shared/model/browse.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import css from './FindBar.module.css'
import { useTabs } from './use-tabs.ts'

/** Above the page, never over it. `asked` counts up when it is asked for again: what is in it is then chosen. */
export function FindBar({ tab, asked, onClose }: { tab: Tab; asked: number; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const tabs = useTabs()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(tab.find?.text ?? '')
  const found = text !== '' && tab.find?.text === text ? tab.find : null

  useEffect(() => {
    if (asked === 0) return
    input.current?.focus()
    input.current?.select()
  }, [asked])
  const end = useEffectEvent(() => tabs.find(tab.id, ''))
  useEffect(() => () => end(), [])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault()
      onClose()
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing && text !== '') {
      event.preventDefault()
      tabs.find(tab.id, text, !event.shiftKey)
    }
  }

  return (
    <search className={css.bar}>
      <div className={css.field}>
        <Search aria-hidden="true" className={css.icon} />
        <input
          ref={input}
          className={css.input}
          type="text"
          aria-label={t('browse.find.label')}
          placeholder={t('browse.find.label')}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          dir="auto"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            tabs.find(tab.id, event.target.value)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <output className={css.count}>
        {found === null ? '' : found.matches === 0 ? t('browse.find.none') : t('browse.find.of', { current: found.current, matches: found.matches })}
      </output>
      <IconButton label={t('browse.find.previous')} shortcut="⇧Enter" icon={<ChevronUp />} side="top" disabled={text === ''} onClick={() => tabs.find(tab.id, text, false)} />
      <IconButton label={t('browse.find.next')} shortcut="Enter" icon={<ChevronDown />} side="top" disabled={text === ''} onClick={() => tabs.find(tab.id, text)} />
      <IconButton label={t('browse.find.close')} shortcut="Esc" icon={<X />} side="top" onClick={onClose} />
    </search>
  )
}
