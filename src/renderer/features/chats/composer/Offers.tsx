import type { ReactNode } from 'react'
import { Avatar } from '../../../ui/Avatar.tsx'
import css from './Offers.module.css'
import type { Completion } from './use-completion.ts'

export interface OffersProps {
  id: string
  label: string
  completion: Completion
}

/** What could be meant by what is being typed, above the field. */
export function Offers({ id, label, completion: { offers, at, choose } }: OffersProps): ReactNode {
  if (offers.length === 0) return null
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- neither of them can be typed into
    <div id={id} className={css.list} role="listbox" aria-label={label}>
      {offers.map((offer, index) => (
        // The field keeps the focus: its keys choose, and the pointer does.
        <div
          key={offer.id}
          id={`${id}-${index}`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          className={css.offer}
          onPointerDown={(event) => {
            event.preventDefault()
            choose(offer)
          }}
        >
          {offer.account === null ? <span className={css.emoji}>{offer.label}</span> : <Avatar of={offer.account} size={24} />}
          {offer.account !== null && <bdi className={css.name}>{offer.label}</bdi>}
          {offer.note !== null && <bdi className={css.note}>{offer.note}</bdi>}
        </div>
      ))}
    </div>
  )
}
