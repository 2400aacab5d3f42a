import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import type { Spot } from './chart.ts'
import css from './DistanceChart.module.css'
import type { Called } from './use-names.ts'
import { spotText } from './wording.ts'

export interface DotProps {
  spot: Spot
  /** Half of the picture's width. *Units*: pixels. */
  half: number
  called: Called
  isShown: boolean
  isKept: boolean
  /** Of all of them one is reached by Tab; from there the arrow keys go on. */
  inTabs: boolean
  onLook: (peerId: PeerId | null) => void
  onKeep: (peerId: PeerId | null) => void
  /** Where a key leads from one; null: it is none of those that do. */
  step: (from: PeerId, key: string) => PeerId | null
}

/** A device in the picture: full when connected, a ring when only known; with its number where it was asked. */
export const Dot = memo(
  function Dot({ spot, half, called, isShown, isKept, inTabs, onLook, onKeep, step }: DotProps): ReactNode {
    const { t } = useTranslation()
    const { peerId, asked, state, x, y, radius } = spot
    return (
      <li className={css.place} style={{ left: half + x, top: half + y }}>
        <button
          type="button"
          className={css.dot}
          id={dotId(peerId)}
          style={{ inlineSize: radius * 2, blockSize: radius * 2 }}
          data-state={state}
          data-contact={called.isContact || undefined}
          data-outcome={asked === null ? undefined : asked.outcome === 'found' || asked.outcome === 'newer' ? 'had' : 'not'}
          data-shown={isShown || undefined}
          tabIndex={inTabs ? 0 : -1}
          aria-pressed={isKept}
          aria-label={spotText(t, spot, called.name)}
          onFocus={() => onLook(peerId)}
          onBlur={() => onLook(null)}
          onClick={(event) => {
            event.stopPropagation()
            onKeep(isKept ? null : peerId)
          }}
          onKeyDown={(event) => {
            if (event.altKey || event.ctrlKey || event.metaKey) return
            const next = step(peerId, event.key)
            if (next === null) return
            event.preventDefault()
            document.getElementById(dotId(next))?.focus()
          }}
        >
          {asked?.number}
        </button>
      </li>
    )
  },
  (a, b) =>
    a.spot === b.spot &&
    a.half === b.half &&
    a.called.name === b.called.name &&
    a.called.isContact === b.called.isContact &&
    a.isShown === b.isShown &&
    a.isKept === b.isKept &&
    a.inTabs === b.inTabs &&
    // Where the keys lead is another matter once somebody came or went, and then the spots are other ones too.
    a.onLook === b.onLook,
)

function dotId(peerId: PeerId): string {
  return `device-${peerId}`
}
