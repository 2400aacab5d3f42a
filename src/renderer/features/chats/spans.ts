/** Where in a text something was found: from its first character to before `to`. */
export interface Span<Found> {
  readonly from: number
  readonly to: number
  readonly link: Found
}
