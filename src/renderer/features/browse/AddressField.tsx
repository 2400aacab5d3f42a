import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Completion, Tab } from '../../../shared/model/browse.ts'
import { cx } from '../../ui/cx.ts'
import { useFloats } from '../../ui/floats.ts'
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
  const list = useId()
  const input = useRef<HTMLInputElement>(null)
  const open = useOpenSite()
  const tabs = useTabs()
  /** Null while nobody writes. */
  const [text, setText] = useState<string | null>(null)
  const [isListed, setListed] = useState(false)
  const [chosen, setChosen] = useState(-1)
  const found = useCompletions(isListed ? text : null)
  const isOpen = isListed && found.length > 0
  const choice = isOpen ? found[chosen] : undefined
  useFloats(isOpen)

  const focuses = useAddressField((field) => field.focuses)
  useEffect(() => {
    if (focuses === 0) return
    input.current?.focus({ preventScroll: true })
    input.current?.select()
  }, [focuses])

  const leave = (): void => {
    setListed(false)
    setChosen(-1)
    setText(null)
    input.current?.blur()
  }
  const go = (address: string, isNew: boolean): void => {
    leave()
    const wanted = address.trim()
    if (wanted !== '') void open(wanted, isNew || tab === null ? {} : { tab: tab.id })
  }
  const take = (completion: Completion, isNew: boolean): void => {
    if (completion.tab !== null && completion.kind === 'tab') {
      leave()
      tabs.select(completion.tab)
    } else go(completion.url, isNew)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') {
      event.preventDefault()
      if (choice === undefined) go(text ?? url, event.altKey)
      else take(choice, event.altKey)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      if (isOpen) setListed(false)
      else if (text === null || text === url) {
        leave()
        useAddressField.getState().focusPage()
      } else {
        setText(url)
        requestAnimationFrame(() => input.current?.select())
      }
      setChosen(-1)
    } else if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault()
      const by = event.key === 'ArrowDown' ? 1 : -1
      // Before the first and after the last stands what was typed itself.
      setChosen(((chosen + 1 + by + found.length + 1) % (found.length + 1)) - 1)
    } else if (event.key === 'ArrowDown') setListed(true)
  }

  return (
    <search className={cx(css.field, text !== null && css.writing)}>
      {leading}
      <div className={css.middle}>
        <input
          ref={input}
          className={cx(css.input, text === null && css.shown)}
          role="combobox"
          aria-label={t('browse.address.label')}
          aria-expanded={isOpen}
          aria-controls={isOpen ? list : undefined}
          aria-activedescendant={choice === undefined ? undefined : `${list}-${chosen}`}
          aria-autocomplete="list"
          placeholder={t('browse.address.placeholder', { tld })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={8_192}
          value={choice?.url ?? text ?? url}
          onFocus={(event) => {
            setText(url)
            event.target.select()
          }}
          onBlur={() => {
            setText(null)
            setListed(false)
            setChosen(-1)
          }}
          onChange={(event) => {
            setText(event.target.value)
            setListed(true)
            setChosen(-1)
          }}
          onKeyDown={onKeyDown}
        />
        {text === null && <Shown url={url} />}
      </div>
      {trailing}
      {isOpen && <Completions id={list} found={found} chosen={chosen} onChoose={take} onPoint={setChosen} />}
    </search>
  )
}

/** The same over the field while nobody writes in it: the name stands out, and its end is never cut. */
function Shown({ url }: { url: string }): ReactNode {
  const parts = partsOf(url)
  if (parts === null) return <span className={css.whole} aria-hidden="true">{url}</span>
  return (
    <span className={css.whole} aria-hidden="true">
      <span className={css.scheme}>{parts.scheme}</span>
      <span className={css.below}>{parts.below}</span>
      <bdi className={css.host}>{parts.host}</bdi>
      <span className={css.rest}>{parts.rest === '/' ? '' : parts.rest}</span>
    </span>
  )
}
