import { KINDS, TRAITS, type Kind } from './kinds.ts'
import type { PairResult } from './pair.ts'
import type { Way } from './theory.ts'

/*
 * What a whole run of the lab leaves behind: docs/reach.md for people, src/shared/reach-table.ts for the app. Neither
 * says when or where it was, so that a run that finds the same changes nothing.
 */

/** One pair, over all rounds. */
export interface Row {
  readonly a: Kind
  readonly b: Kind
  readonly way: Way
  readonly connectedMs: number
  readonly firstMessageMs: number
  readonly directMs: number | null
  readonly transferMs: number
}

export const BEGIN = '<!-- written by scripts/lab.mjs: begin -->'
export const END = '<!-- written by scripts/lab.mjs: end -->'

/** Pure. Medians over the rounds of each pair, rounded; the worst way that was seen. */
export function rowsOf(results: readonly PairResult[]): Row[] {
  const byPair = Map.groupBy(results, ({ a, b }) => `${a} ${b}`)
  return [...byPair.values()].flatMap((rounds) => {
    const [first] = rounds
    if (first === undefined) return []
    const median = (pick: (result: PairResult) => number | null): number | null => {
      const figures = rounds.map(pick).filter((figure) => figure !== null)
      return figures.length === 0 ? null : rounded(middle(figures))
    }
    const way = worst(rounds.map(({ how }) => how ?? 'relay'))
    return [
      {
        a: first.a,
        b: first.b,
        way,
        connectedMs: median(({ connectedMs }) => connectedMs) ?? 0,
        firstMessageMs: median(({ firstMessageMs }) => firstMessageMs) ?? 0,
        directMs: way === 'relay' ? null : median(({ directMs }) => directMs),
        transferMs: median(({ transferMs }) => transferMs) ?? 0,
      },
    ]
  })
}

function worst(ways: readonly Way[]): Way {
  return ways.find((way) => way === 'relay') ?? ways.find((way) => way === 'webrtc') ?? 'tcp'
}

function middle(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

/** Two digits that mean something, and no finer than 10 ms: the rest is this machine's. */
function rounded(ms: number): number {
  const step = Math.max(10, 10 ** (Math.floor(Math.log10(Math.max(1, ms))) - 1))
  return Math.round(ms / step) * step
}

/** Pure. `page` with the tables between the markers. Errors: the page has no markers. */
export function intoPage(page: string, rows: readonly Row[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin === -1 || end < begin) throw new Error('docs/reach.md has no markers for the table')
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables(rows)}\n${page.slice(end)}`
}

const SAID: Readonly<Record<Way, string>> = { tcp: 'TCP', webrtc: 'WebRTC', relay: 'relay' }

function tables(rows: readonly Row[]): string {
  const of = (a: Kind, b: Kind): Row | undefined =>
    rows.find((row) => (row.a === a && row.b === b) || (row.a === b && row.b === a))
  const matrix = [
    line(['', ...KINDS]),
    line(['', ...KINDS].map(() => '---')),
    ...KINDS.map((a) => line([`**${a}**`, ...KINDS.map((b) => SAID[of(a, b)?.way ?? 'relay'])])),
  ]
  const described = KINDS.map((kind) => line([kind, TRAITS[kind].is]))
  const kinds = [line(['place', 'what it is']), line(['---', '---']), ...described]
  const head = [
    'one side',
    'the other',
    'at last over',
    'connected after',
    'first message acknowledged after',
    'direct after',
    '5 MB and 200 messages in',
  ]
  const times = [
    line(head),
    line(head.map((_, i) => (i < 3 ? '---' : '---:'))),
    ...rows.map(({ a, b, way, connectedMs, firstMessageMs, directMs, transferMs }) => {
      const figures = [connectedMs, firstMessageMs, directMs, transferMs].map((ms) => (ms === null ? '' : said(ms)))
      return line([a, b, SAID[way], ...figures])
    }),
  ]
  return [kinds, matrix, times].map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function said(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`
}

/** Pure. The same as TypeScript. */
export function asModule(rows: readonly Row[]): string {
  const kinds = KINDS.map((kind) => `'${kind}'`).join(', ')
  const pairs = rows.map(({ a, b, way, connectedMs, firstMessageMs, directMs }) => {
    const times = `connectedMs: ${connectedMs}, firstMessageMs: ${firstMessageMs}, directMs: ${directMs}`
    return `  { a: '${a}', b: '${b}', way: '${way}', ${times} },`
  })
  return `/* Written by scripts/lab.mjs, which measures it; see docs/reach.md. */

/** The places of the lab, from the most open to the most closed. */
export const REACH_PLACES = [${kinds}] as const
export type ReachPlace = (typeof REACH_PLACES)[number]

/**
 * What Latch reached between two devices in these places: over which way it ended, and medians of the times from the
 * click on an invitation, rounded. *Shape:* every unordered pair once. \`directMs\` is null where
 * only the relay is left.
 */
export interface ReachPair {
  readonly a: ReachPlace
  readonly b: ReachPlace
  readonly way: 'tcp' | 'webrtc' | 'relay'
  readonly connectedMs: number
  readonly firstMessageMs: number
  readonly directMs: number | null
}

export const REACH_TABLE: readonly ReachPair[] = [
${pairs.join('\n')}
]
`
}
