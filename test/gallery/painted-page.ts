import type { Place } from './world.ts'

const SVG = 'http://www.w3.org/2000/svg'
/** Widths of the lines of a page that says nothing, as shares of its column. */
const LINES = [0.42, 0, 0.96, 0.91, 0.98, 0.64, 0, 0.97, 0.93, 0.88, 0.95, 0.4, 0, 0.98, 0.9, 0.94, 0.72]
const COLUMN_PX = 620

let page: SVGSVGElement | null = null

/** What the desktop does: a page is painted where the window says, above everything that the window draws. */
export function paintPage(place: Place | null): void {
  page?.remove()
  page = null
  if (place === null) return
  const { x, y, width, height } = place
  page = document.createElementNS(SVG, 'svg')
  page.setAttribute('aria-hidden', 'true')
  page.setAttribute('width', String(width))
  page.setAttribute('height', String(height))
  Object.assign(page.style, { position: 'fixed', left: `${x}px`, top: `${y}px`, zIndex: '1000', background: '#f7f4ec' })
  const column = Math.min(COLUMN_PX, width - 48)
  const left = (width - column) / 2
  LINES.forEach((share, index) => {
    const line = document.createElementNS(SVG, 'rect')
    const isTitle = index === 0
    const box = { x: left, y: 48 + index * 26, width: share * column, height: isTitle ? 20 : 9, rx: 3 }
    for (const [name, value] of Object.entries(box)) line.setAttribute(name, String(value))
    line.setAttribute('fill', isTitle ? '#7a8a6a' : '#cfc9ba')
    page?.append(line)
  })
  document.body.append(page)
}
