import { Autocomplete } from '@base-ui/react/autocomplete'
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Completion, Tab } from '../../../shared/model/browse.ts'
import { cx } from '../../ui/cx.ts'
import { useTld } from '../names/store.ts'
import { partsOf } from './address.ts'
import css from './AddressField.module.css'
import { useAddressField } from './asking.ts'
import { Completions } from './Completions.tsx'
import { useCompletions } from './use-completions.ts'
import { useOpenSite } from './use-open.ts'
import { useTabs } from './use-tabs.ts'

export interface AddressFieldProps {
  tab: Tab | null
  /** What stands in the field while nobody writes in it. */
  url: string
  /** In front of the address: whose page it is. */
  leading?: ReactNode
  /** Behind it: what is going on, the star. */
  trailing?: ReactNode
}

/** Where one is, and where one types where to go: Enter goes there, the arrow keys choose, Esc puts back what was there. */
export function AddressField({ tab, url, leading, trailing }: AddressFieldProps): ReactNode {
  const { t } = useTranslation()
  const tld = useTld()
  const input = useRef<HTMLInputElement>(null)
  const open = useOpenSite()
  const tabs = useTabs()
  /** Null while nobody writes. */
  const [text, setText] = useState<string | null>(null)
  const [isListed, setListed] = useState(false)
  const [choice, setChoice] = useState<Completion | null>(null)
  const found = useCompletions(isListed ? text : null)
  const isOpen = isListed && found.length > 0

  const id = tab?.id
  const isWanted = useAddressField(({ focuses, taken }) => focuses !== taken)
  useEffect(() => {
    if (!isWanted || !useAddressField.getState().take(id ?? null)) return
    input.current?.focus({ preventScroll: true })
    input.current?.select()
  }, [isWanted, id])

  // What was being written was written there: another tab has its own address, and a page that went on another one.
  const [before, setBefore] = useState({ url, id })
  if (url !== before.url || id !== before.id) {
    setBefore({ url, id })
    if (id !== before.id && text !== null) setText(url)
    else if (!document.hasFocus()) setText(null)
  }
  const onTab = useEffectEvent((shown: Tab['id'] | undefined) => {
    if (shown !== undefined && document.activeElement === input.current) input.current?.select()
  })
  useEffect(() => onTab(id), [id])

  const unlist = (): void => {
    setListed(false)
    setChoice(null)
  }
  const leave = (): void => {
    unlist()
    setText(null)
    input.current?.blur()
  }
  const go = (address: string, isNew: boolean): void => {
    leave()
    const wanted = address.trim()
    if (wanted !== '') void open(wanted, isNew || tab === null ? {} : { tab: tab.id })
  }
  const take = (completion: Completion, isNew: boolean): void => {
    if (completion.tab === null || completion.kind !== 'tab') return go(completion.url, isNew)
    leave()
    tabs.select(completion.tab)
  }
  const onEscape = (): void => {
    if (isOpen) return unlist()
    if (text !== null && text !== url) {
      setText(url)
      requestAnimationFrame(() => input.current?.select())
      return
    }
    leave()
    useAddressField.getState().focusPage()
  }

  return (
    <Autocomplete.Root
      items={found}
      mode="none"
      value={text ?? url}
      inline
      open={isOpen}
      onValueChange={(next, { reason }) => {
        // Choosing an item would write it into the field; it is gone to instead.
        if (reason !== 'input-change') return
        setText(next)
        setListed(true)
        setChoice(null)
      }}
      onOpenChange={(next) => {
        if (!next) unlist()
      }}
      onItemHighlighted={(item: Completion | undefined) => setChoice(item ?? null)}
      itemToStringValue={(item: Completion) => item.url}
    >
      <search className={cx(css.field, text !== null && css.writing)}>
        {leading}
        <div className={css.middle}>
          <Autocomplete.Input
            ref={input}
            className={cx(css.input, text === null && css.shown)}
            aria-label={t('browse.address.label')}
            // The list is beside the field only while there is something to choose.
            aria-expanded={isOpen}
            placeholder={t('browse.address.placeholder', { tld })}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={8_192}
            onFocus={(event) => {
              // What was being written before the window was left goes on.
              if (text !== null) return
              setText(url)
              event.target.select()
            }}
            onBlur={(event) => {
              unlist()
              const isWindowLeft = document.activeElement === event.target
              if (!isWindowLeft || text === url) setText(null)
            }}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return
              if (event.key === 'Escape') onEscape()
              else if (event.key === 'Enter' && choice === null) go(text ?? url, event.altKey)
              else return
              event.preventDefault()
              event.preventBaseUIHandler()
            }}
          />
          {text === null && <Shown url={url} />}
        </div>
        {trailing}
        {isOpen && <Completions onChoose={take} />}
      </search>
    </Autocomplete.Root>
  )
}

/** The same over the field while nobody writes in it: the name stands out, and its end is never cut. */
function Shown({ url }: { url: string }): ReactNode {
  const parts = partsOf(url)
  if (parts === null) return <span className={css.whole} aria-hidden="true">{url}</span>
  return (
    <span className={css.whole} aria-hidden="true">
      <span className={css.scheme}>{parts.scheme}</span>
      <span className={css.site}>
        <bdi dir="ltr">
          <span className={css.below}>{parts.below}</span>
          <span className={css.host}>{parts.host}</span>
        </bdi>
      </span>
      <span className={css.rest}>{parts.rest === '/' ? '' : parts.rest}</span>
    </span>
  )
}
