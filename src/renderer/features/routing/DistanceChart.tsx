import { useMemo, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import type { Routing } from '../../../shared/model/routing.ts'
import { approachOf, labelsOf, NAMED_TURNS, spotAt, spotsOf, targetOf, type Spot } from './chart.ts'
import css from './DistanceChart.module.css'
import { MOST_HALVINGS, radiusAt, turnPath } from './distance.ts'
import { Dot } from './Dot.tsx'
import type { Called, Device } from './use-names.ts'
import { useWidth } from './use-width.ts'
import { Way } from './Way.tsx'

export interface ChartProps {
  routing: Routing
  nameOf: (device: Device) => Called
  /** What is looked at, wherever it is pointed at. */
  shown: PeerId | null
  kept: PeerId | null
  onLook: (peerId: PeerId | null) => void
  onKeep: (peerId: PeerId | null) => void
}

/** Before it was measured. */
const USUAL_PX = 440
/** Room for the outermost dots and numbers. */
const MARGIN_PX = 12
/** A dot is small; whoever is this near to it means it. */
const REACH_PX = 22
/** Up to so many, each is named; of more, contacts are. */
const FEW = 12

const turns = Array.from({ length: MOST_HALVINGS }, (_, turn) => turnPath(turn))

/**
 * Distance as one line, coiled around this device: each turn inwards is half as far, so that where somebody stands is
 * where they are. Over it the way of the last look-up.
 */
export function DistanceChart(props: ChartProps): ReactNode {
  const { routing, nameOf, shown, kept, onLook, onKeep } = props
  const { t } = useTranslation()
  const room = useRef<HTMLDivElement>(null)
  const half = useWidth(room, USUAL_PX) / 2
  const outer = half - MARGIN_PX
  const { last, place } = routing
  const spots = useMemo(() => spotsOf(routing, outer), [routing, outer])
  const target = last === null ? null : targetOf(place, last, outer)
  const labels = useMemo(() => {
    const named = spots.map((spot) => ({ spot, called: nameOf(spot) }))
    const texts = named.filter(({ called }) => (spots.length <= FEW ? called.isNamed : called.isContact))
    const middle = { x: 0, y: 0 }
    return labelsOf(spots, new Map(texts.map(({ spot, called }) => [spot.peerId, called.name])), half, [
      middle,
      ...(last === null ? [] : [targetOf(place, last, outer)]),
    ])
  }, [spots, nameOf, half, last, place, outer])
  const nearest = spots[0]?.peerId ?? null
  const inTabs = spots.some(({ peerId }) => peerId === (shown ?? kept)) ? (shown ?? kept) : nearest

  const under = (event: { clientX: number; clientY: number; currentTarget: Element }): Spot | null => {
    const box = event.currentTarget.getBoundingClientRect()
    return spotAt(spots, { x: event.clientX - box.left - half, y: event.clientY - box.top - half }, REACH_PX)
  }
  const step = (from: PeerId, key: string): PeerId | null => {
    const at = spots.findIndex(({ peerId }) => peerId === from)
    const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: spots.length - 1 }[key]
    return to === undefined ? null : (spots[to]?.peerId ?? from)
  }

  return (
    <div
      ref={room}
      className={css.room}
      style={{ blockSize: half * 2 }}
      onPointerMove={(event) => onLook(under(event)?.peerId ?? null)}
      onPointerLeave={() => onLook(null)}
      onClick={(event) => onKeep(under(event)?.peerId ?? null)}
    >
      <svg className={css.picture} viewBox={`${-half} ${-half} ${half * 2} ${half * 2}`} aria-hidden="true">
        <g className={css.line}>
          {turns.map((path, turn) => (
            <path key={path} d={path} transform={`scale(${outer})`} style={{ opacity: 1 - turn / (MOST_HALVINGS + 2) }} />
          ))}
        </g>
        {last !== null && target !== null && (
          <Way spots={spots} approach={approachOf(last)} target={target} isFound={last.outcome === 'found'} />
        )}
        <circle className={css.here} r={7} />
        <circle className={css.hole} r={2.5} />
      </svg>
      {Array.from({ length: NAMED_TURNS }, (_, at) => at + 1).map((turn) => (
        <span key={turn} className={css.share} style={{ left: half, top: half - radiusAt(turn) * outer }} aria-hidden="true">
          {shares[turn - 1]}
        </span>
      ))}
      <ul className={css.dots} aria-label={t('routing.chart')}>
        {spots.map((spot) => (
          <Dot
            key={spot.peerId}
            spot={spot}
            half={half}
            called={nameOf(spot)}
            isShown={spot.peerId === shown}
            isKept={spot.peerId === kept}
            inTabs={spot.peerId === inTabs}
            onLook={onLook}
            onKeep={onKeep}
            step={step}
          />
        ))}
      </ul>
      {labels.map(({ peerId, text, side, x, y }) => (
        <bdi
          key={peerId}
          className={css.label}
          data-side={side}
          data-quiet={shown !== null && shown !== peerId ? true : undefined}
          style={{ left: half + x, top: half + y }}
          aria-hidden="true"
        >
          {text}
        </bdi>
      ))}
    </div>
  )
}

/** The same in every language. */
const shares = ['½', '¼', '⅛', '1⁄16'] as const
