import { KINDS, pairsOf, type Kind } from '../../lab/kinds.ts'
import { Lab } from '../../lab/lab.ts'
import { runPair, type PairResult } from '../../lab/pair.ts'
import { runAll } from '../../lab/schedule.ts'
import { expected } from '../../lab/theory.ts'
import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'

const ROUNDS = 5
/** Quieter than the lab's own run: the times are the point here. */
const AT_ONCE = 2
const suite = 'reach'

/** Every pair of the lab, from the click on a link to a first message acknowledged and to a direct path. */
export async function pairs(): Promise<Figure[]> {
  const results = await measure()
  const failed = results.filter((result) => result.failed !== null)
  for (const { a, b, failed: why } of failed) console.error(`${a} and ${b}: ${why}`)
  return [...byClass(results), ...byPair(results), share(results)]
}

async function measure(): Promise<PairResult[]> {
  const places = KINDS.flatMap((kind) => [1, 2].map((i) => ({ name: `${kind}-${i}`, kind })))
  const lab = await Lab.create(places, ['ines'])
  try {
    await lab.openAll(places.map(({ name }) => name))
    for (const { name } of places) await lab.settled(name)
    const results: PairResult[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await runAll(pairsOf(KINDS), AT_ONCE, async ({ pair: [a, b], a: nameA, b: nameB }) => {
        const sides = [{ kind: a, host: lab.host(nameA) }, { kind: b, host: lab.host(nameB) }] as const
        results.push(await runPair(sides[0], sides[1], `${a}-${b}-${round}`, { transfer: false }))
      })
    }
    return results
  } finally {
    await lab.close()
  }
}

const PLAIN_CONES: readonly Kind[] = ['full-cone', 'address-restricted', 'port-restricted', 'double-nat']

function byClass(results: readonly PairResult[]): Figure[] {
  const classes = Map.groupBy(results, ({ a, b }) => {
    const { way, why } = expected(a, b)
    return `${{ tcp: 'TCP', webrtc: 'WebRTC', relay: 'relay' }[way]}: ${why}`
  })
  const first = [...classes].toSorted(([a], [b]) => a.localeCompare(b)).flatMap(([name, of]) =>
    figure(`first message acknowledged; ${name}`, of, ({ firstMessageMs }) => firstMessageMs),
  )
  const cones = results.filter(({ a, b }) => PLAIN_CONES.includes(a) && PLAIN_CONES.includes(b))
  const direct = figure('a direct path between two cones, from the click', cones, ({ directMs }) => directMs)
  const between = ({ connectedMs, directMs }: PairResult): number | null =>
    connectedMs === null || directMs === null ? null : directMs - connectedMs
  const after = figure('the same, from the first connection, which is the relay’s', cones, between)
  return [...first, ...direct, ...after.map((one) => ({ ...one, goal: 'p50 ≤ 5 s' }))]
}

function byPair(results: readonly PairResult[]): Figure[] {
  return [...Map.groupBy(results, ({ a, b }) => `${a}, ${b}`)].flatMap(([name, of]) =>
    figure(`first message: ${name}`, of, ({ firstMessageMs }) => firstMessageMs),
  )
}

function figure(what: string, of: readonly PairResult[], pick: (result: PairResult) => number | null): Figure[] {
  const figures = of.map(pick).filter((one) => one !== null)
  return figures.length === 0 ? [] : [{ suite, what, unit: 'ms', summary: summarize(figures) }]
}

function share(results: readonly PairResult[]): Figure {
  const connected = results.map(({ failed }) => (failed === null ? 100 : 0))
  const mean = connected.reduce((sum: number, one) => sum + one, 0) / connected.length
  const what = 'pairs that connect, and directly where theory allows it'
  return { suite, what, unit: '%', summary: summarize([mean]), goal: '100 %' }
}
