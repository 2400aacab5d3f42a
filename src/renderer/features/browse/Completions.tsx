import { Autocomplete } from '@base-ui/react/autocomplete'
import { AppWindow, ArrowRight, Clock, House, Star, User } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Completion } from '../../../shared/model/browse.ts'
import { Floats } from '../../ui/floats.ts'
import { partsOf } from './address.ts'
import css from './AddressField.module.css'

const icons = { address: ArrowRight, contact: User, bookmark: Star, history: Clock, own: House, tab: AppWindow } as const

/** Under the address: what may be meant, the likeliest first. */
export function Completions({ onChoose }: { onChoose: (completion: Completion, isNew: boolean) => void }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={css.popup}>
      <Floats />
      <Autocomplete.List aria-label={t('browse.address.list')}>
        {(completion: Completion) => (
          <Autocomplete.Item
            key={`${completion.kind} ${completion.url} ${completion.tab ?? ''}`}
            value={completion}
            className={css.option}
            // The field keeps the keyboard.
            onMouseDown={(event) => event.preventDefault()}
            onClick={(event) => onChoose(completion, event.altKey)}
          >
            <Option completion={completion} />
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </div>
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
    <span className={css.written}>
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
