import encodeQr from 'qr'
import { useMemo, type ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './QrCode.module.css'

/** From so many squares on a side, a camera needs each of them larger. */
const DENSE = 110

/** What the largest code (version 40, lowest correction) holds of 8-bit text. */
const MAX_CHARACTERS = 2_953

export function fitsQrCode(text: string): boolean {
  return text.length <= MAX_CHARACTERS
}

/** Dark on light in both themes: many scanners do not read the inverse. */
export function QrCode({ text, label }: { text: string; label: string }): ReactNode {
  const { size, path } = useMemo(() => {
    const rows = encodeQr(text, 'raw', { ecc: 'low', border: 2 })
    const squares = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    return { size: rows.length, path: squares.join('') }
  }, [text])
  return (
    <svg
      className={cx(css.code, size > DENSE && css.dense)}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}
