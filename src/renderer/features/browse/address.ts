/** An address in the parts that are drawn with different weight. */
export interface AddressParts {
  /** `peer://`, `https://`. */
  scheme: string
  /** Labels before the owned name, with their dot: `www.`. */
  below: string
  /** What is owned, and so whose it is: `alice.peer`. Of the outside web the whole host. */
  host: string
  /** Path, query and part. */
  rest: string
}

/** Reads what main has written out. Null: it is none of those. */
export function partsOf(url: string): AddressParts | null {
  const [, scheme = '', authority = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]+)(.*)$/s.exec(url) ?? []
  if (authority === '') return null
  if (scheme !== 'peer://') return { scheme, below: '', host: authority, rest }
  const labels = authority.split('.')
  const below = labels.slice(0, -2).map((label) => `${label}.`).join('')
  return { scheme, below, host: labels.slice(-2).join('.'), rest }
}

/** As it is written where there is little room: without the scheme, and without a path that says nothing. */
export function shortAddress(url: string): string {
  const parts = partsOf(url)
  return parts === null ? url : `${parts.below}${parts.host}${parts.rest === '/' ? '' : parts.rest}`
}

/** The host of an address; empty where it has none. */
export function hostOf(url: string): string {
  const parts = partsOf(url)
  return parts === null ? '' : `${parts.below}${parts.host}`
}

/** The same page for an ordinary browser of this machine, while the gateway is on. */
export function gatewayUrl(url: string, port: number): string | null {
  const parts = partsOf(url)
  if (parts === null || parts.scheme !== 'peer://') return null
  return `http://${parts.below}${parts.host}.localhost:${port}${parts.rest === '' ? '/' : parts.rest}`
}

const ZOOMS = [0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5] as const

/** The next step up or down; the same at the ends. */
export function nextZoom(zoom: number, by: 1 | -1): number {
  // A hundredth is what two writings of one step differ by at most.
  const next = by > 0 ? ZOOMS.find((step) => step > zoom + 0.01) : ZOOMS.findLast((step) => step < zoom - 0.01)
  return next ?? zoom
}
