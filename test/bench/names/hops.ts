import { at } from '../../helpers/gossip-nodes.ts'
import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'
import { seeded } from './random.ts'
import { type LookedUp, lookUp } from './simulation.ts'
import { buildTown, holdersOf, placeAt, type Town } from './town.ts'

const CITIZENS = 1_000
const LOOK_UPS = 500
const SEED = 6
const suite = 'names'

/** Look-ups among a thousand, as numbers: no stream is opened, and no time passes. */
export function hops(): Figure[] {
  return [0, 0.3].flatMap((badShare) => {
    const random = seeded(SEED)
    const town = buildTown(CITIZENS, badShare, random)
    return [false, true].flatMap((isNew) => ofAll(several(town, isNew, random), `${saidOf(badShare)}${isNew ? ', by a node that knows one' : ''}`))
  })
}

function several(town: Town, isNew: boolean, random: () => number): LookedUp[] {
  const honest = town.citizens.filter(({ character }) => character === 'honest')
  const anyone = () => at(honest, Math.floor(random() * honest.length))
  return Array.from({ length: LOOK_UPS }, () => {
    const target = placeAt(random)
    return lookUp(town, { asker: anyone(), target, holders: holdersOf(target, town), only: isNew ? anyone() : undefined }, random)
  })
}

const saidOf = (badShare: number): string => (badShare === 0 ? 'all honest' : `${badShare * 100} % silent or lying`)

function ofAll(all: readonly LookedUp[], said: string): Figure[] {
  const found = all.filter((one) => one.found)
  const what = (text: string): string => `${CITIZENS} peers, simulated, ${said}: ${text}`
  const log = `log₂ N is ${Math.log2(CITIZENS).toFixed(1)}`
  return [
    { suite, what: what('hops'), unit: 'hops', summary: summarize(found.map((one) => one.hops)), goal: log },
    { suite, what: what('asked'), unit: 'peers', summary: summarize(all.map((one) => one.asked)) },
    { suite, what: what('time, a round trip being 50 ms'), unit: 'ms', summary: summarize(found.map((one) => one.tookMs)) },
    { suite, what: what('found'), unit: '%', summary: summarize([(found.length / all.length) * 100]), goal: '100 %' },
  ]
}
