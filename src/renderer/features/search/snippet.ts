import type { Hit } from '../../../shared/model/search.ts'

export interface Piece {
  text: string
  isMarked: boolean
}

/** A snippet in pieces, whatever the marks are: those that overlap, lie outside or run backwards mark what there is of them. */
export function piecesOf({ snippet, marks }: Pick<Hit, 'snippet' | 'marks'>): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const { start, end } of marks.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(at, Math.min(start, snippet.length))
    const to = Math.min(end, snippet.length)
    if (to <= from) continue
    if (from > at) pieces.push({ text: snippet.slice(at, from), isMarked: false })
    pieces.push({ text: snippet.slice(from, to), isMarked: true })
    at = to
  }
  if (at < snippet.length) pieces.push({ text: snippet.slice(at), isMarked: false })
  return pieces
}

/** Hits of one day on this machine's calendar together, in their order. */
export function byDay(hits: readonly Hit[]): { dayMs: number; hits: Hit[] }[] {
  const days: { dayMs: number; hits: Hit[] }[] = []
  for (const hit of hits) {
    const dayMs = new Date(hit.message.sentMs).setHours(0, 0, 0, 0)
    const last = days.at(-1)
    if (last?.dayMs === dayMs) last.hits.push(hit)
    else days.push({ dayMs, hits: [hit] })
  }
  return days
}
