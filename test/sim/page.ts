import { lineThrough, type Fact, type PartName } from './facts.ts'
import { plotted, type Line, type Plot } from './svg.ts'
import { FOLLOWS, HEAD } from './page-words.ts'

/** The newest of each part, number of nodes and kind; the fewest nodes first. */
export function newestOf(facts: readonly Fact[]): Fact[] {
  const newest = new Map(facts.map((fact) => [`${fact.part} ${fact.nodes} ${fact.what}`, fact]))
  return [...newest.values()].toSorted((a, b) => a.nodes - b.nodes)
}

type Column = readonly [title: string, of: (fact: Fact) => string]

const figure = (name: string, digits = 0, per = 1): ((fact: Fact) => string) => ({ figures }) => {
  const value = figures[name]
  return value === undefined ? '–' : (value / per).toLocaleString('en-US', { maximumFractionDigits: digits })
}
const percent = (name: string): ((fact: Fact) => string) => ({ figures }) => {
  const value = figures[name]
  return value === undefined ? '–' : `${Math.round(value * 1_000) / 10} %`
}
const ALWAYS: readonly Column[] = [['nodes', ({ nodes }) => nodes.toLocaleString('en-US')], ['', ({ what }) => what]]
const LAST: readonly Column[] = [['seed', ({ seed }) => String(seed)], ['load', ({ load }) => String(load)]]
const LOOKED: readonly Column[] = [
  ['look-ups', figure('lookUps')],
  ['found', percent('found')],
  ['hops, mean', figure('hopsMean', 2)],
  ['p95', figure('hopsP95')],
  ['log₂ N', ({ nodes }) => Math.log2(nodes).toFixed(1)],
  ['first answer, p50 ms', figure('firstP50Ms')],
  ['p95 ms', figure('firstP95Ms')],
]

const TABLES: readonly { readonly title: string; readonly part: PartName; readonly has: string; readonly columns: readonly Column[] }[] = [
  { title: 'Look-ups through Kademlia', part: 'dht', has: 'lookUps', columns: [...LOOKED.slice(0, 2), ['the newest', percent('newest')], ...LOOKED.slice(2)] },
  {
    title: 'What a node takes, its table given',
    part: 'dht',
    has: 'tableMedian',
    columns: [['memory, MB', figure('memoryPerNodeBytes', 1, 1e6)], ['in its table', figure('tableMedian')], ['holders of a name', figure('heldMean', 1)], ['zones held, mean', figure('zonesMean', 1)], ['most', figure('zonesMost')], ['bytes', figure('zoneBytesMean')]],
  },
  {
    title: 'A table that grows by itself',
    part: 'grown',
    has: 'dialsPerNode',
    columns: [['took, s', figure('tookMs', 0, 1_000)], ['processor for each, ms', figure('cpuPerNodeMs')], ['dials of each', figure('dialsPerNode', 1)], ['connections', figure('connectionsMean', 1)], ['least in a table', figure('tableLeast')], ['median', figure('tableMedian')], ['kB of each', figure('bytesPerNode', 0, 1e3)], ['memory, MB', figure('memoryPerNodeBytes', 1, 1e6)]],
  },
  {
    title: 'Gossip',
    part: 'gossip',
    has: 'arrived',
    columns: [['messages', figure('messages')], ['arrived', percent('arrived')], ['p50 ms', figure('delayP50Ms')], ['p95 ms', figure('delayP95Ms')], ['the last, p50 ms', figure('lastP50Ms')], ['duplicates of a message at a node', figure('duplicates', 2)], ['bytes of a node and second', figure('bytesPerNodeAndSecond')]],
  },
  {
    title: 'Introducers: devices that come',
    part: 'introducers',
    has: 'registered',
    columns: [['introducers', figure('introducers')], ['registered', percent('registered')], ['a place', percent('reserved')], ['registrations a second, all', figure('registrationsPerSecond', 1)], ['places a second, all', figure('placesPerSecond', 1)], ['processor of a registration, both ends, ms', figure('registrationCpuMs', 1)], ['of a place', figure('placeCpuMs', 1)], ['registrations at one, most', figure('registrationsOfOneMost')], ['places at one, most', figure('placesOfOneMost')], ['renewals of a device and hour', figure('renewalsPerDeviceAndHour')]],
  },
  {
    title: 'Introducers: circuits between two behind NAT',
    part: 'introducers',
    has: 'opened',
    columns: [['tried', figure('circuits')], ['opened', percent('opened')], ['without an introducer', percent('directOpened')], ['p50 ms', figure('openP50Ms')], ['p95 ms', figure('openP95Ms')], ['circuits a second, all', figure('circuitsPerSecond', 1)], ['relayed bytes of each', figure('relayedBytesPerCircuit')]],
  },
  { title: 'The walk alone, in drawn networks', part: 'walk', has: 'lookUps', columns: [...LOOKED, ['asked, mean', figure('askedMean', 1)]] },
  { title: 'The tables of those networks', part: 'walk', has: 'tableMean', columns: [['in a table', figure('tableMean')], ['of the 20 nearest, holders', percent('rightHolders')]] },
]

function tableOf(facts: readonly Fact[], columns: readonly Column[]): string {
  const all = [...ALWAYS, ...columns, ...LAST]
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [row(all.map(([title]) => title)), row(all.map(() => '---')), ...facts.map((fact) => row(all.map(([, of]) => of(fact))))].join('\n')
}

interface Drawing extends Omit<Plot, 'lines'> {
  readonly file: string
  readonly part: PartName
  readonly figure: string
  readonly kinds: readonly string[]
  /** Beside them, of N itself. */
  readonly limit?: { readonly name: string; readonly of: (nodes: number) => number }
}

const GONE = [0, 10, 30, 50] as const
const DRAWINGS: readonly Drawing[] = [
  { file: 'scale-hops.svg', title: 'Hops to the first valid answer, real nodes', x: 'nodes', y: 'hops, mean', part: 'dht', figure: 'hopsMean', kinds: ['calm', 'by newcomers'], limit: { name: 'log₂ N', of: Math.log2 }, isLogX: true },
  { file: 'scale-walk.svg', title: 'Hops of the walk in drawn networks', x: 'nodes', y: 'hops, mean', part: 'walk', figure: 'hopsMean', kinds: ['paper: calm', 'paper: by newcomers', 'library: calm', 'library: by newcomers'], limit: { name: 'log₂ N', of: Math.log2 }, isLogX: true },
  { file: 'scale-gossip.svg', title: 'A message to everybody', x: 'nodes', y: 'ms', part: 'gossip', figure: 'delayP95Ms', kinds: ['calm', '30 % gone'], isLogX: true },
]

/** Of each file its plot; those of which nothing was measured are left out. */
export function plotsOf(facts: readonly Fact[]): Map<string, string> {
  const newest = newestOf(facts)
  const plots = new Map<string, string>()
  for (const { file, part, figure: name, kinds, limit, ...plot } of DRAWINGS) {
    const those = newest.filter((fact) => fact.part === part)
    const pointOf = ({ nodes, figures }: Fact): readonly [number, number] => [nodes, figures[name] ?? 0]
    const lines: Line[] = kinds.map((kind) => ({ name: kind, points: those.filter(({ what }) => what === kind).map(pointOf) }))
    const drawn = lines.filter(({ points }) => points.length > 0)
    if (drawn.length === 0) continue
    const sizes = [...new Set(drawn.flatMap(({ points }) => points.map(([nodes]) => nodes)))]
    if (limit !== undefined) drawn.push({ name: limit.name, points: sizes.map((nodes) => [nodes, limit.of(nodes)]) })
    plots.set(file, plotted({ ...plot, lines: drawn }))
  }
  const success = churnOf(newest)
  if (success.length > 0) plots.set('scale-churn.svg', plotted({ title: 'Look-ups that find, as nodes go without a word', x: '% gone', y: '%', most: 100, lines: success }))
  return plots
}

function churnOf(newest: readonly Fact[]): Line[] {
  const sizes = [...new Set(newest.filter(({ part }) => part === 'dht').map(({ nodes }) => nodes))]
  return sizes.flatMap((nodes) => {
    const points = GONE.flatMap((gone) => {
      const found = newest.find((fact) => fact.part === 'dht' && fact.nodes === nodes && fact.what === (gone === 0 ? 'calm' : `${gone} % gone`))?.figures['found']
      return found === undefined ? [] : [[gone, found * 100] as const]
    })
    return points.length === 0 ? [] : [{ name: `${nodes} nodes`, points }]
  })
}

/** The page, from all that was ever measured; of the same thing, what was measured last. */
export function pageOf(facts: readonly Fact[]): string {
  const newest = newestOf(facts)
  const sections = TABLES.flatMap(({ title, part, has, columns }) => {
    const those = newest.filter((fact) => fact.part === part && has in fact.figures)
    return those.length === 0 ? [] : [`## ${title}\n\n${tableOf(those, columns)}`]
  })
  const pictures = [...plotsOf(facts).keys()].map((file) => `![${file.replace(/^scale-|\.svg$/g, '')}](images/${file})`)
  return [HEAD, pictures.join('\n'), ...sections, slopes(newest), FOLLOWS, ''].filter((one) => one !== '').join('\n\n').replace(/\n+$/, '\n')
}

/** hops = c · log₂ N + d, of what was measured in at least two sizes. */
function slopes(newest: readonly Fact[]): string {
  const kinds = [['dht', 'calm'], ['dht', 'by newcomers'], ['walk', 'paper: calm'], ['walk', 'paper: by newcomers'], ['walk', 'library: calm'], ['walk', 'library: by newcomers']] as const
  const lines = kinds.flatMap(([part, what]) => {
    const those = newest.filter((fact) => fact.part === part && fact.what === what && (fact.figures['found'] ?? 0) > 0)
    if (new Set(those.map(({ nodes }) => nodes)).size < 2) return []
    const { slope, from } = lineThrough(those.map(({ nodes, figures }) => [Math.log2(nodes), figures['hopsMean'] ?? 0]))
    const at = (nodes: number): string => (slope * Math.log2(nodes) + from).toFixed(1)
    return [`- ${part}, ${what}: hops = ${slope.toFixed(2)} · log₂ N ${from < 0 ? '−' : '+'} ${Math.abs(from).toFixed(1)}; for 10⁶ nodes ${at(1e6)}`]
  })
  return lines.length === 0 ? '' : `## Slopes\n\n${lines.join('\n')}`
}
