import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeOfPeer } from '../../../src/main/features/names/near.ts'
import { lineThrough, mean, quantile, share, type Fact } from '../../sim/facts.ts'
import { latencyMatrix, LatencyMap } from '../../sim/map.ts'
import { newestOf, pageOf, plotsOf } from '../../sim/page.ts'
import { plotted, roundUp } from '../../sim/svg.ts'
import { LIBRARY, PAPER, Places } from '../../sim/tables.ts'
import { DrawnNetwork, samplePlaces } from '../../sim/walk-part.ts'

test('the same seed gives the same distances, whoever is asked for first, and another one gives others', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 999 }), (seed, a, b) => {
      const [one, two] = [new LatencyMap(seed), new LatencyMap(seed)]
      two.oneWayMs(b, a)
      expect(one.oneWayMs(a, b)).toBe(two.oneWayMs(a, b))
    }),
  )
  expect(latencyMatrix(1, 4)).not.toEqual(latencyMatrix(2, 4))
})

test('it is as far there as back, no way to oneself, and from some to some hundred milliseconds between others', () => {
  const matrix = latencyMatrix(7, 100)
  const all = matrix.flatMap((row, a) => row.filter((_, b) => a !== b))
  expect(matrix.map((row, a) => row[a])).toEqual(matrix.map(() => 0))
  expect(matrix).toEqual(matrix.map((_, a) => matrix.map((row) => row[a])))
  expect(quantile(all, 0)).toBeGreaterThanOrEqual(2)
  expect(quantile(all, 0.5)).toBeGreaterThan(20)
  expect(quantile(all, 1)).toBeLessThan(250)
})

test('a line goes through its points, and refuses what has no slope', () => {
  expect(lineThrough([[1, 5], [2, 7], [4, 11]])).toEqual({ slope: 2, from: 3 })
  expect(() => lineThrough([[1, 5]])).toThrow('two points')
  expect(() => lineThrough([[1, 5], [1, 6]])).toThrow('above each other')
})

test('means, quantiles and shares of nothing are nothing', () => {
  expect([mean([]), quantile([], 0.5), share([], () => true)]).toEqual([0, 0, 0])
  expect([mean([1, 3]), quantile([3, 1, 2], 0.5), share([1, 2, 3, 4], (one) => one > 1)]).toEqual([2, 2, 0.75])
})

test('a plot holds its points within its axes, and says what is in it as text, not as marks', () => {
  const svg = plotted({ title: 'a < b & "c"', x: 'nodes', y: 'hops', isLogX: true, lines: [{ name: '<script>', points: [[10, 1], [1_000, 3]] }] })
  expect(svg).toContain('a &lt; b &amp; &quot;c&quot;')
  expect(svg).not.toContain('<script>')
  const [first, last] = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)])
  expect(first).toEqual([64, 252])
  expect(last).toEqual([470, 148])
  expect(() => plotted({ title: 'none', x: '', y: '', lines: [] })).toThrow('no points')
  expect([0, 3, 20, 21, 0.7].map(roundUp)).toEqual([1, 5, 20, 50, 1])
})

test('the table of the paper has 20 of each number of shared bits, that of the library 20 of each beginning', () => {
  const devices = samplePlaces(1, 4_000).toSorted((a, b) => Buffer.compare(a.place, b.place))
  for (const { peerId, place } of devices.slice(0, 5)) expect(placeOfPeer(peerId)).toEqual(new Uint8Array(place))
  const places = new Places(devices.map(({ place }) => place))
  const sharedBits = (a: number, b: number): number => {
    const [one, other] = [devices[a]?.place, devices[b]?.place]
    const byte = [...(one ?? [])].findIndex((value, at) => value !== other?.[at])
    return byte * 8 + Math.clz32((one?.[byte] ?? 0) ^ (other?.[byte] ?? 0)) - 24
  }
  const paper = places.table(1_234, PAPER, drawing())
  const byBits = Map.groupBy(paper, (one) => sharedBits(1_234, one))
  expect([0, 1, 2, 3, 4, 5].map((bits) => byBits.get(bits)?.length)).toEqual([20, 20, 20, 20, 20, 20])
  const random = drawing()
  const byBeginning = Map.groupBy(places.table(1_234, LIBRARY, random), (one) => (devices[one]?.place[0] ?? 0) >> 2)
  expect(byBeginning.size).toBe(64)
  expect([...byBeginning.values()].every(({ length }) => length === 20)).toBe(true)
})

test('a walk in a drawn network finds what was put there, in few hops, also by somebody who knows one', async () => {
  const network = new DrawnNetwork(500, 3, PAPER)
  for (let index = 0; index < 3; index += 1) {
    const place = samplePlaces(99, 3)[index]?.place ?? new Uint8Array(32)
    const holders = await network.put(index, place)
    expect(holders.size).toBe(20)
    for (const only of [undefined, 77]) {
      const { hops } = await network.find(400 + index, place, holders, only)
      expect(hops).toBeGreaterThan(0)
      expect(hops).toBeLessThanOrEqual(Math.log2(500) + 2)
    }
  }
})

const fact = (part: Fact['part'], nodes: number, what: string, figures: Record<string, number>): Fact => ({ part, seed: 1, nodes, what, figures, load: 1 })

test('the page has what was measured last of each, its plots and its slopes, and nothing of what was not', () => {
  const facts = [
    fact('dht', 128, 'calm', { lookUps: 9, found: 1, hopsMean: 5 }),
    fact('dht', 64, 'calm', { lookUps: 9, found: 1, hopsMean: 1 }),
    fact('dht', 256, 'calm', { lookUps: 9, found: 0.5, hopsMean: 2 }),
    fact('dht', 128, 'calm', { lookUps: 9, found: 1, hopsMean: 1.5 }),
  ]
  expect(newestOf(facts).map(({ nodes, figures }) => [nodes, figures['hopsMean']])).toEqual([[64, 1], [128, 1.5], [256, 2]])
  const page = pageOf(facts)
  expect([...plotsOf(facts).keys()]).toEqual(['scale-hops.svg', 'scale-churn.svg'])
  expect(page).toContain('| 256 | calm | 9 | 50 %')
  expect(page).toContain('hops = 0.50 · log₂ N −')
  expect(page).not.toContain('## Gossip')
})

/** Numbers that all differ, so that whoever draws without putting back comes to an end. */
function drawing(): () => number {
  let at = 0
  return () => (at = (at + 0.618_033_988_75) % 1)
}
