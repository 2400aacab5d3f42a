/** A rectangle in pixels of a window's content. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The part of a place that lies within the window; null where nothing of it does. `zoom`: how large the window's own page
 * is shown, in whose pixels the place is said.
 */
export function placeWithin(place: Place, content: { readonly width: number; readonly height: number }, zoom: number): Place | null {
  if (![place.x, place.y, place.width, place.height, zoom].every(Number.isFinite)) return null
  const left = Math.max(0, Math.ceil(place.x * zoom))
  const top = Math.max(0, Math.ceil(place.y * zoom))
  const right = Math.min(content.width, Math.floor((place.x + place.width) * zoom))
  const bottom = Math.min(content.height, Math.floor((place.y + place.height) * zoom))
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null
}
