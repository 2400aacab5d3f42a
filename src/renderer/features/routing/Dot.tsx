import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import type { Spot } from './chart.ts'
import css from './DistanceChart.module.css'
import type { Called } from './use-names.ts'
import { spotText } from './wording.ts'

export interface DotProps {
  spot: Spot
  /** From the corner of the picture. *Units*: pixels. */
  left: number
  top: number
  called: Called
  isShown: boolean
  isKept: boolean
  /** Of all of them one is reached by Tab; from there the arrow keys go on. */
  inTabs: boolean
  onLook: (peerId: PeerId | null) => void
  onPress: (peerId: PeerId, isByPointer: boolean) => void
  /** Where a key leads from one; null: it is none of those that do. */
  step: (from: PeerId, key: string) => PeerId | null
}

/** A device in the picture: full when connected, a ring when only known; with its number where it was asked. */
export const Dot = memo(
  function Dot({ spot, left, top, called, isShown, isKept, inTabs, onLook, onPress, step }: DotProps): ReactNode {
    const { t } = useTranslation()
    const { peerId, asked, state, radius } = spot
    return (
      <li className={css.place} style={{ left, top }}>
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
          onClick={(event) => onPress(peerId, event.detail > 0)}
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
    a.left === b.left &&
    a.top === b.top &&
    a.called.name === b.called.name &&
    a.called.isContact === b.called.isContact &&
    a.isShown === b.isShown &&
    a.isKept === b.isKept &&
    a.inTabs === b.inTabs &&
    // What a press or a key leads to depends on who is there, and with them the spots are other ones.
    a.onLook === b.onLook,
)

function dotId(peerId: PeerId): string {
  return `device-${peerId}`
}
