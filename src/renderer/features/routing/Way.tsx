import type { ReactNode } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { TARGET_RADIUS, type Spot } from './chart.ts'
import css from './DistanceChart.module.css'
import type { Point } from './distance.ts'

/** It stands on a corner. */
const SIDE = TARGET_RADIUS * Math.SQRT2

export interface WayProps {
  spots: readonly Spot[]
  approach: readonly PeerId[]
  target: Point
  isFound: boolean
}

/** The questions of the last look-up, each from here to who was asked; over them, how it came near to the name's place. */
export function Way({ spots, approach, target, isFound }: WayProps): ReactNode {
  const at = new Map(spots.map((spot) => [spot.peerId, spot]))
  const nearer = approach.map((peerId) => at.get(peerId)).filter((spot) => spot !== undefined)
  const [first, ...rest] = nearer
  const end = nearer.at(-1)
  return (
    <g>
      <g className={css.question}>
        {spots.map(
          ({ peerId, asked, x, y }) =>
            asked !== null &&
            peerId !== first?.peerId && (
              <line key={peerId} x1={0} y1={0} x2={x} y2={y} data-heard={asked.hops > 0 || undefined} />
            ),
        )}
      </g>
      {first !== undefined && (
        <polyline
          className={css.approach}
          points={[{ x: 0, y: 0 }, first, ...rest].map(({ x, y }) => `${x},${y}`).join(' ')}
        />
      )}
      {end !== undefined && <line className={css.last} x1={end.x} y1={end.y} x2={target.x} y2={target.y} />}
      <rect
        className={css.target}
        data-found={isFound || undefined}
        x={-SIDE / 2}
        y={-SIDE / 2}
        width={SIDE}
        height={SIDE}
        transform={`translate(${target.x} ${target.y}) rotate(45)`}
      />
    </g>
  )
}
