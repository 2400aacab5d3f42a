import { useMemo, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import type { Routing } from '../../../shared/model/routing.ts'
import { approachOf, labelsOf, sharesAt, spotAt, spotsOf, targetOf, type Spot } from './chart.ts'
import css from './DistanceChart.module.css'
import { reach, turnPath } from './distance.ts'
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
  /** Kept until another one is, or until it is told again. */
  onKeep: (peerId: PeerId) => void
}

/** Before it was measured. */
const USUAL_PX = 440
/** Room for the outermost dots and numbers. */
const MARGIN_PX = 16
const HERE_PX = 7
/** A dot is small; whoever is this near to it means it. */
const REACH_PX = 22
/** Up to so many, each is named; of more, contacts are. */
const FEW = 12
/** Turns that are drawn, each fainter than the one around it. Nobody stands further in before there are thousands. */
const DRAWN = 11
const turns = Array.from({ length: DRAWN }, (_, turn) => turnPath(turn))
/** The label that is no device's. */
const NAME = 'name'

/**
 * Distance as one line, coiled around this device: each turn inwards is half as far, so that where somebody stands is
 * where they are. Over it the way of the last look-up.
 */
export function DistanceChart(props: ChartProps): ReactNode {
  const { routing, nameOf, shown, kept, onLook, onKeep } = props
  const { t } = useTranslation()
  const room = useRef<HTMLDivElement>(null)
  const pointedAt = useRef<PeerId | null>(null)
  const width = useWidth(room, USUAL_PX)
  const outer = (width - 2 * MARGIN_PX) / (reach.left + reach.right)
  const height = outer * (reach.top + reach.bottom) + 2 * MARGIN_PX
  const { x: midX, y: midY } = { x: MARGIN_PX + outer * reach.left, y: MARGIN_PX + outer * reach.top }
  const { last } = routing
  const { spots, target, shares, taken } = useMemo(() => {
    const shares = sharesAt(outer)
    const taken = [{ x: 0, y: 0, radius: HERE_PX }, ...shares]
    return { spots: spotsOf(routing, outer, taken), target: targetOf(routing, outer), shares, taken }
  }, [routing, outer])
  const labels = useMemo(() => {
    const named = spots.map((spot) => ({ ...spot, id: spot.peerId, called: nameOf(spot) }))
    const told = named.filter(({ called }) => (spots.length <= FEW ? called.isNamed : called.isContact))
    const all = told.map(({ called, ...spot }) => ({ ...spot, text: called.name }))
    const name = target === null || last === null ? [] : [{ ...target, id: NAME, text: last.fullName }]
    const ends = { left: -midX, right: width - midX }
    return labelsOf([...name, ...all], spots, target === null ? taken : [...taken, target], ends)
  }, [spots, nameOf, last, target, taken, midX, width])
  const nearest = spots[0]?.peerId ?? null
  const inTabs = spots.some(({ peerId }) => peerId === (shown ?? kept)) ? (shown ?? kept) : nearest

  const under = (event: { clientX: number; clientY: number; currentTarget: Element }): Spot | null => {
    const box = event.currentTarget.getBoundingClientRect()
    return spotAt(spots, { x: event.clientX - box.left - midX, y: event.clientY - box.top - midY }, REACH_PX)
  }
  // The nearest dot is meant, whichever of several that overlap was hit; Enter means the one that has the focus.
  const press = (peerId: PeerId, isByPointer: boolean): void => onKeep((isByPointer ? pointedAt.current : null) ?? peerId)
  const step = (from: PeerId, key: string): PeerId | null => {
    const at = spots.findIndex(({ peerId }) => peerId === from)
    const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: spots.length - 1 }[key]
    return to === undefined ? null : (spots[to]?.peerId ?? from)
  }

  return (
    <div
      ref={room}
      className={css.room}
      style={{ blockSize: height }}
      onPointerMove={(event) => {
        pointedAt.current = under(event)?.peerId ?? null
        onLook(pointedAt.current)
      }}
      onPointerLeave={() => {
        pointedAt.current = null
        onLook(null)
      }}
    >
      <svg className={css.picture} viewBox={`${-midX} ${-midY} ${width} ${height}`} aria-hidden="true">
        <g className={css.line}>
          {turns.map((path, turn) => (
            <path key={path} d={path} transform={`scale(${outer})`} style={{ opacity: 1 - turn / (DRAWN + 1) }} />
          ))}
        </g>
        {last !== null && target !== null && (
          <Way spots={spots} approach={approachOf(last)} target={target} isFound={last.outcome === 'found'} />
        )}
        <circle className={css.here} r={HERE_PX} />
        <circle className={css.hole} r={2.5} />
      </svg>
      {shares.map(({ share, x, y }) => (
        <span key={share} className={css.share} style={{ left: midX + x, top: midY + y }} aria-hidden="true">
          {share}
        </span>
      ))}
      <ul className={css.dots} aria-label={t('routing.chart')}>
        {spots.map((spot) => (
          <Dot
            key={spot.peerId}
            spot={spot}
            left={midX + spot.x}
            top={midY + spot.y}
            called={nameOf(spot)}
            isShown={spot.peerId === shown}
            isKept={spot.peerId === kept}
            inTabs={spot.peerId === inTabs}
            onLook={onLook}
            onPress={press}
            step={step}
          />
        ))}
      </ul>
      {labels.map(({ id, text, side, x, y }) => (
        <bdi
          key={id}
          className={css.label}
          data-side={side}
          data-name={id === NAME || undefined}
          data-quiet={(shown !== null && shown !== id) || undefined}
          style={{ left: midX + x, top: midY + y }}
          aria-hidden="true"
        >
          {text}
        </bdi>
      ))}
    </div>
  )
}
