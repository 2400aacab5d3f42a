import { AppWindow, ArrowRight, Clock, House, Star, User } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Completion } from '../../../shared/model/browse.ts'
import { cx } from '../../ui/cx.ts'
import { partsOf } from './address.ts'
import css from './AddressField.module.css'

const icons = { address: ArrowRight, contact: User, bookmark: Star, history: Clock, own: House, tab: AppWindow } as const

export interface CompletionsProps {
  id: string
  found: readonly Completion[]
  chosen: number
  onChoose: (completion: Completion, isNew: boolean) => void
  onPoint: (index: number) => void
}

/** Under the address: what may be meant, the likeliest first. */
export function Completions({ id, found, chosen, onChoose, onPoint }: CompletionsProps): ReactNode {
  const { t } = useTranslation()
  return (
    <div id={id} className={css.list} role="listbox" aria-label={t('browse.address.list')}>
      {found.map((completion, index) => {
        const Icon = icons[completion.kind]
        const isChosen = index === chosen
        return (
          <div
            key={`${completion.kind} ${completion.url} ${completion.tab ?? ''}`}
            id={`${id}-${index}`}
            className={cx(css.option, isChosen && css.chosen)}
            role="option"
            aria-selected={isChosen}
            tabIndex={-1}
            // The field keeps the keyboard.
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => !isChosen && onPoint(index)}
            onClick={(event) => onChoose(completion, event.altKey)}
          >
            <Icon aria-hidden="true" />
            <Written url={completion.url} />
            <span className={css.says}>
              <bdi>{completion.text === '' ? t(`browse.address.kind.${completion.kind}`) : completion.text}</bdi>
            </span>
            <span className={css.kind}>{completion.text !== '' && t(`browse.address.kind.${completion.kind}`)}</span>
          </div>
        )
      })}
    </div>
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
