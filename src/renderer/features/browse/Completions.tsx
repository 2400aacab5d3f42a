import { Autocomplete } from '@base-ui/react/autocomplete'
import { AppWindow, ArrowRight, Clock, House, Star, User } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { Completion } from '../../../shared/model/browse.ts'
import { Floats } from '../../ui/floats.ts'
import { partsOf } from './address.ts'
import css from './AddressField.module.css'

const icons = { address: ArrowRight, contact: User, bookmark: Star, history: Clock, own: House, tab: AppWindow } as const

export interface CompletionsProps {
  anchor: RefObject<HTMLElement | null>
  onChoose: (completion: Completion, isNew: boolean) => void
}

/** Under the address: what may be meant, the likeliest first. */
export function Completions({ anchor, onChoose }: CompletionsProps): ReactNode {
  const { t } = useTranslation()
  return (
    <Autocomplete.Portal>
      <Autocomplete.Positioner anchor={anchor} align="start" sideOffset={5} className={css.positioner}>
        <Autocomplete.Popup className={css.popup}>
          <Floats />
          <Autocomplete.List aria-label={t('browse.address.list')}>
            {(completion: Completion) => (
              <Autocomplete.Item
                key={`${completion.kind} ${completion.url} ${completion.tab ?? ''}`}
                value={completion}
                className={css.option}
                onClick={(event) => onChoose(completion, event.altKey)}
              >
                <Option completion={completion} />
              </Autocomplete.Item>
            )}
          </Autocomplete.List>
        </Autocomplete.Popup>
      </Autocomplete.Positioner>
    </Autocomplete.Portal>
  )
}

function Option({ completion: { kind, url, text } }: { completion: Completion }): ReactNode {
  const { t } = useTranslation()
  const Icon = icons[kind]
  const says = t(`browse.address.kind.${kind}`)
  return (
    <>
      <Icon aria-hidden="true" />
      <Written url={url} />
      <span className={css.says}>
        <bdi>{text === '' ? says : text}</bdi>
      </span>
      {text !== '' && <span className={css.kind}>{says}</span>}
    </>
  )
}

/** The host part stands out from the rest. */
function Written({ url }: { url: string }): ReactNode {
  const parts = partsOf(url)
  if (parts === null) return <bdi className={css.written}>{url}</bdi>
  return (
    <bdi className={css.written}>
      <span className={css.below}>{parts.below}</span>
      <span className={css.host}>{parts.host}</span>
      <span className={css.rest}>{parts.rest === '/' ? '' : parts.rest}</span>
    </bdi>
  )
}
