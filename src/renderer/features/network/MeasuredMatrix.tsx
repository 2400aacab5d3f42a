import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { REACH_PLACES, type ReachPair, type ReachPlace } from '../../../shared/reach-table.ts'
import { pairOf } from './measured.ts'
import { pairText } from './measured-wording.ts'
import css from './Measured.module.css'

interface Cell {
  readonly row: number
  readonly column: number
}

const LAST = REACH_PLACES.length - 1

/** Where a key leads to from a cell; null for a key that leads nowhere. */
function moved({ row, column }: Cell, key: string): Cell | null {
  switch (key) {
    case 'ArrowUp':
      return { row: Math.max(0, row - 1), column }
    case 'ArrowDown':
      return { row: Math.min(LAST, row + 1), column }
    case 'ArrowLeft':
      return { row, column: Math.max(0, column - 1) }
    case 'ArrowRight':
      return { row, column: Math.min(LAST, column + 1) }
    case 'Home':
      return { row, column: 0 }
    case 'End':
      return { row, column: LAST }
    default:
      return null
  }
}

export interface MeasuredProps {
  table: readonly ReachPair[]
  /** Where this device stands; null while that is not known. */
  own: ReachPlace | null
}

/** Every place against every other. One cell is in the order of Tab, and the arrow keys lead to the others. */
export function MeasuredMatrix({ table, own }: MeasuredProps): ReactNode {
  const { t } = useTranslation()
  const grid = useRef<HTMLTableElement>(null)
  const [gone, setGone] = useState<Cell | null>(null)
  // Nobody was in it yet: where this device stands, which may be known only now.
  const at = gone ?? { row: own === null ? 0 : REACH_PLACES.indexOf(own), column: 0 }
  const [shown, setShown] = useState<Cell | null>(null)
  const move = (event: KeyboardEvent): void => {
    const next = moved(at, event.key)
    if (next === null) return
    event.preventDefault()
    grid.current?.querySelector<HTMLButtonElement>(`[data-at="${next.row} ${next.column}"]`)?.focus()
  }
  const nameOf = (place: ReachPlace): string => t(`measured.place.${place}`)
  const sentenceOf = (a: ReachPlace, b: ReachPlace): string =>
    t('measured.pair', { a: nameOf(a), b: nameOf(b), text: pairText(t, pairOf(table, a, b)) })
  const [from, to] = shown === null ? [] : [REACH_PLACES[shown.row], REACH_PLACES[shown.column]]

  return (
    <>
      <p className={css.shown} aria-hidden="true">
        {from === undefined || to === undefined ? t('measured.point') : sentenceOf(from, to)}
      </p>
      <table ref={grid} className={css.grid} aria-label={t('measured.title')}>
        <thead>
          <tr>
            <th scope="col" className={css.corner}>
              {t('measured.places')}
            </th>
            {REACH_PLACES.map((place) => (
              <th key={place} scope="col" className={css.column} data-own={place === own || undefined}>
                <span>{nameOf(place)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {REACH_PLACES.map((a, row) => (
            <tr key={a} data-own={a === own || undefined}>
              <th scope="row" className={css.row}>
                {nameOf(a)}
                {a === own && <span className={css.here}> · {t('measured.here')}</span>}
              </th>
              {REACH_PLACES.map((b, column) => {
                const way = pairOf(table, a, b)?.way
                return (
                  <td key={b} className={css.cell} data-own={b === own || undefined}>
                    <button
                      type="button"
                      className={css.way}
                      data-way={way}
                      data-at={`${row} ${column}`}
                      tabIndex={at.row === row && at.column === column ? 0 : -1}
                      aria-label={sentenceOf(a, b)}
                      onFocus={() => {
                        setGone({ row, column })
                        setShown({ row, column })
                      }}
                      onKeyDown={move}
                      onPointerEnter={() => setShown({ row, column })}
                      onClick={(event) => event.currentTarget.focus()}
                    >
                      {way === undefined ? t('measured.letter.missing') : t(`measured.letter.${way}`)}
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
