/*
 * A plot as text: lines through points, two axes, a legend beside each line's end. Pure; no browser and no library.
 */

export interface Line {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface Plot {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: readonly Line[]
  /** Where the upper end of y is, if it is not to follow from the points. */
  readonly most?: number
  /** x by its number of digits: 10, 100, 1,000. */
  readonly isLogX?: boolean
}

const [WIDTH, HEIGHT] = [640, 360]
const AREA = { left: 64, right: 470, top: 44, bottom: 304 }
/** Told apart also by those who see no red; on white and on black. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
const GRID_LINES = 5

/** Errors: RangeError, where there is nothing to draw. */
export function plotted({ title, x, y, lines, most, isLogX = false }: Plot): string {
  const points = lines.flatMap((line) => line.points)
  if (points.length === 0) throw new RangeError(`${title}: no points`)
  const across = (value: number): number => (isLogX ? Math.log10(value) : value)
  const [left, right] = [Math.min(...points.map(([at]) => across(at))), Math.max(...points.map(([at]) => across(at)))]
  const top = most ?? roundUp(Math.max(...points.map(([, value]) => value)))
  const placeX = (value: number): number => AREA.left + ((across(value) - left) / (right - left || 1)) * (AREA.right - AREA.left)
  const placeY = (value: number): number => AREA.bottom - (value / (top || 1)) * (AREA.bottom - AREA.top)
  const grid = Array.from({ length: GRID_LINES + 1 }, (_, index) => (top * index) / GRID_LINES).map((value) => {
    const at = fixed(placeY(value))
    return `<line x1="${AREA.left}" x2="${AREA.right}" y1="${at}" y2="${at}" stroke="#8888" stroke-width="0.5"/><text x="${AREA.left - 8}" y="${at + 4}" text-anchor="end">${said(value)}</text>`
  })
  const ticks = [...new Set(points.map(([at]) => at))].toSorted((a, b) => a - b).map((value) => {
    return `<text x="${fixed(placeX(value))}" y="${AREA.bottom + 18}" text-anchor="middle">${said(value)}</text>`
  })
  const drawn = lines.map(({ name, points: those }, index) => {
    const colour = COLOURS[index % COLOURS.length]
    const path = those.map(([at, value]) => `${fixed(placeX(at))},${fixed(placeY(value))}`).join(' ')
    const dots = those.map(([at, value]) => `<circle cx="${fixed(placeX(at))}" cy="${fixed(placeY(value))}" r="3" fill="${colour}"/>`).join('')
    const legendY = AREA.top + 10 + index * 20
    const legend = `<line x1="486" x2="502" y1="${legendY - 4}" y2="${legendY - 4}" stroke="${colour}" stroke-width="2"/><text x="508" y="${legendY}">${escaped(name)}</text>`
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}${legend}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${AREA.left}" y="22" font-size="14" font-weight="bold">${escaped(title)}</text>`,
    `<text x="${(AREA.left + AREA.right) / 2}" y="${AREA.bottom + 42}" text-anchor="middle">${escaped(x)}</text>`,
    `<text x="${AREA.left}" y="38" font-size="11">${escaped(y)}</text>`,
    ...grid,
    ...ticks,
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}

/** The next of 1, 2, 5, 10, 20, 50 and so on. */
export function roundUp(value: number): number {
  if (value <= 0) return 1
  const digit = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((one) => one * digit >= value) ?? 10) * digit
}

const fixed = (value: number): number => Math.round(value * 10) / 10
const said = (value: number): string => (Math.round(value * 100) / 100).toLocaleString('en-US')
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
